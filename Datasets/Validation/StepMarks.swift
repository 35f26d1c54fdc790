/// Some steps, to be asked for each step of a file.
struct StepMarks {
  private var marks: [Bool]

  init(_ steps: [Int]) {
    marks = Array(repeating: false, count: max(0, (steps.max() ?? -1) + 1))
    for step in steps where step >= 0 { marks[step] = true }
  }

  subscript(step: Int) -> Bool { step < marks.count && marks[step] }
}
