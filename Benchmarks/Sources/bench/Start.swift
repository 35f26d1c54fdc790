import Documents

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// From starting `hindsight --help` to its end.
enum StartBench {
  /// The program, built by `Scripts/bench` in the repository's root.
  static let program = ".build/release/hindsight"

  static func measure(rounds: Int) throws -> Measurement {
    guard access(program, X_OK) == 0 else {
      throw BenchError("\(program) is missing; Scripts/bench builds it")
    }
    func run() -> Double {
      time { _ = system("\(program) --help > /dev/null") }
    }
    _ = run()
    let times = (0..<(4 * rounds)).map { _ in run() }
    return Measurement(
      bench: "start", config: "hindsight --help", threads: 1, seconds: times, unit: "start")
  }
}
