/// Lines of comma-separated values (RFC 4180, with `\n` at the line's end).
public enum CSV {
  /// One line. A field with a comma, a quote, a line break or a space at its end is quoted, and
  /// quotes in it are doubled. A line of one empty field is written `""`, to differ from no line.
  public static func line(_ fields: [String]) -> String {
    if fields == [""] { return "\"\"\n" }
    return fields.map(quoted).joined(separator: ",") + "\n"
  }

  /// One line of numbers, each with the fewest digits that read back equal; `nil` leaves a field
  /// empty, and NaN and infinities are written `nan`, `inf` and `-inf`.
  public static func line(_ values: [Double?]) -> String {
    line(values.map { $0.map(number) ?? "" })
  }

  public static func number(_ value: Double) -> String {
    if let whole = Int(exactly: value), whole.magnitude < 1 << 53, value.sign == .plus || whole != 0
    {
      return String(whole)
    }
    return value.description
  }

  private static func quoted(_ field: String) -> String {
    let needsQuotes =
      field.first == " " || field.last == " "
      || field.unicodeScalars.contains { ",\"\n\r\t".unicodeScalars.contains($0) }
    return needsQuotes ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
  }
}
