/// A set of options that is complete as soon as it exists.
///
/// Every property has a default, none is optional, and the defaults are written once, here. A
/// loader encodes the defaults to a ``SettingsTree``, lays what the user wrote over them and
/// decodes. Properties are `Bool`, integers, floating point, `String`, enums with `String` raw
/// values that are `CaseIterable` (a wrong one is answered with the list of right ones), other
/// settings, ``Component``, arrays of all of these, and `Document` where anything goes.
public protocol Settings: Codable, Sendable, Equatable {
  init()

  /// What each key means, in a few words with its unit and range, for lists and generated pages.
  static var descriptions: [String: String] { get }

  /// The keys that hold other settings, for the same lists; `key.<name>` where they hold a group of
  /// them under names of the user's own.
  static var parts: [String: any Settings.Type] { get }
}

extension Settings {
  public static var descriptions: [String: String] { [:] }
  public static var parts: [String: any Settings.Type] { [:] }
}
