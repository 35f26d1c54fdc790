internal import ArgumentParser
internal import Documents
internal import Reports

/// The words that the program was called with, made fit for the parser.
struct Arguments {
  let words: [String]

  /// Reads the process's words.
  ///
  /// - Throws: where one is not UTF-8. The standard library would repair it in silence, and a path
  ///   would then name another file.
  static func ofProcess() throws -> Arguments {
    let count = Int(CommandLine.argc)
    let words = try (1..<max(count, 1)).map { index in
      guard let word = CommandLine.unsafeArgv[index].flatMap({ String(validatingCString: $0) })
      else { throw ValidationError("Argument \(index) is not text in UTF-8.") }
      return word
    }
    return Arguments(words)
  }

  /// Refuses a word that stands where a command of `root` should and is none, which the parser calls
  /// an unexpected argument.
  func checkCommand(of root: any ParsableCommand.Type) throws {
    var command = root
    for word in words {
      let choices = command.configuration.subcommands
      guard !choices.isEmpty, !word.hasPrefix("-"), word != "help" else { return }
      guard let chosen = choices.first(where: { $0._commandName == word }) else {
        // The word may be meant for the subcommand that need not be named.
        if command.configuration.defaultSubcommand != nil { return }
        let names = choices.map { $0._commandName }
        let guess = nearest(to: word, among: names).map { "did you mean \($0)?" }
        throw ValidationError(
          "There is no command \(TerminalText.sanitised(word)); "
            + (guess ?? "there are \(names.joined(separator: ", "))."))
      }
      command = chosen
    }
  }

  /// Ties negative numbers to the option before them: the parser takes `-5` for an option itself.
  ///
  ///     --target-return 0 -5    becomes    --target-return 0 --target-return=-5
  init(_ words: [String]) {
    var result: [String] = []
    var option: String?
    for (index, word) in words.enumerated() {
      if word == "--" {
        result += words[index...]
        break
      }
      if word.hasPrefix("--") {
        option = word.contains("=") ? nil : word
      } else if let option, word.hasPrefix("-"), Double(word) != nil {
        if result.last == option { result.removeLast() }
        result.append("\(option)=\(word)")
        continue
      }
      result.append(word)
    }
    self.words = result
  }
}
