import TensorCore
import Testing

@Suite("A learning-rate schedule")
struct LearningRateScheduleTests {
  private func schedule(_ shape: LearningRateSchedule.Shape, warmUp: Int) -> LearningRateSchedule {
    LearningRateSchedule(peak: 2, warmUpSteps: warmUp, steps: 110, shape: shape, floor: 0.1)
  }

  @Test("rises linearly to its peak and stays there")
  func constant() {
    let schedule = schedule(.constant, warmUp: 10)
    #expect(schedule.rate(after: 0) == 0.2)
    #expect(schedule.rate(after: 4) == 1)
    #expect(schedule.rate(after: 9) == 2)
    #expect(schedule.rate(after: 10) == 2)
    #expect(schedule.rate(after: 100_000) == 2)
    #expect(self.schedule(.constant, warmUp: 0).rate(after: 0) == 2)
  }

  @Test("falls along a half cosine to its floor and no further")
  func cosine() {
    let schedule = schedule(.cosine, warmUp: 10)
    #expect(schedule.rate(after: 9) == 2)
    #expect(schedule.rate(after: 10) == 2)
    #expect(abs(schedule.rate(after: 60) - 1.1) < 1e-12)  // half way: 2 (0.1 + 0.9 / 2)
    #expect(abs(schedule.rate(after: 110) - 0.2) < 1e-12)
    #expect(abs(schedule.rate(after: 1000) - 0.2) < 1e-12)
    #expect(self.schedule(.cosine, warmUp: 500).rate(after: 249) == 1)  // longer than the run
  }
}
