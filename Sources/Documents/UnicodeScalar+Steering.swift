extension Unicode.Scalar {
  /// Whether a terminal acts on it instead of showing it: control characters, ends of lines and
  /// paragraphs, marks that change the direction of writing, tags.
  package var steersText: Bool {
    switch self {
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}",
      "\u{200E}", "\u{200F}", "\u{061C}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}",
      "\u{FEFF}", "\u{E0000}"..."\u{E007F}":
      true
    default: false
    }
  }
}
