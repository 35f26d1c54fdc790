internal import CZlib

/// The library that pictures are packed with.
public enum PictureLibrary {
  /// "zlib 1.2.13"
  public static var packer: String { "zlib \(String(cString: zlibVersion()))" }
}
