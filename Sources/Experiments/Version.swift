/// The version of this program, as files and `--version` name it.
public enum Version {
  public static let current = "0.1.0"
}
