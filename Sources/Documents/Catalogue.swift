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
  /// What an id stands for that is no entry's: the path of a file with settings, for example. `nil`
  /// where it stands for nothing. Keys of errors are relative to the component.
  public var expansion:
    (_ kind: String, _ id: String, _ origin: Origin?) throws(ConfigurationErrors) -> Expansion?

  /// An entry and settings to lay over its own, below what the user wrote beside the id.
  public struct Expansion {
    /// Takes the place of the id that was written, so that the settings stand for themselves.
    public var id: String
    public var settings: [MarkedDocument.Member]

    public init(id: String, settings: [MarkedDocument.Member]) {
      self.id = id
      self.settings = settings
    }
  }

  public init(
    settings:
      @escaping (_ kind: String, _ id: String) throws(ConfigurationError) ->
      (any Settings)?,
    ids: @escaping (_ kind: String) -> [String],
    expansion:
      @escaping (_ kind: String, _ id: String, _ origin: Origin?) throws(ConfigurationErrors) ->
      Expansion? = { (_, _, _) throws(ConfigurationErrors) in nil }
  ) {
    self.settings = settings
    self.ids = ids
    self.expansion = expansion
  }
}
