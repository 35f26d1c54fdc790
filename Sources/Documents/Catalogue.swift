/// What can be chosen by an identifier, as far as settings are concerned.
///
/// The registries of environments, agents and so on live higher up; to complete a ``Component`` it
/// is enough to know an entry's default settings.
public struct Catalogue {
  /// The complete default settings of entry `id` of the registry `kind`, or `nil` if there is none.
  /// May throw where an id is more than a word, a path to a file for example; the error's key is
  /// relative to the component.
  public var settings: (_ kind: String, _ id: String) throws(ConfigurationError) -> (any Settings)?
  /// All identifiers of a registry, to list and to guess from.
  public var ids: (_ kind: String) -> [String]

  public init(
    settings:
      @escaping (_ kind: String, _ id: String) throws(ConfigurationError) ->
      (any Settings)?,
    ids: @escaping (_ kind: String) -> [String]
  ) {
    self.settings = settings
    self.ids = ids
  }
}
