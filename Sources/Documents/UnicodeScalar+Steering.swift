extension Unicode.Scalar {
  /// Whether a terminal acts on it, or shows nothing, instead of showing it: control characters,
  /// ends of lines and paragraphs, marks of format such as those that change the direction of
  /// writing. Joiners are left, which emoji and some scripts are made with.
  package var steersText: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    case .format: self != "\u{200D}" && self != "\u{200C}"
    default: false
    }
  }
}
