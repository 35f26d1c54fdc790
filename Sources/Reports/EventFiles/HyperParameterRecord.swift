/// What TensorBoard's table of hyper-parameters is made of.
public enum HyperParameterRecord: Sendable {
  /// The columns: names of settings, and tags of scalars that say how good a run is.
  case experiment(settings: [Setting], metrics: [Metric])
  /// A run begins with these settings.
  case sessionStart(settings: [Setting], group: String, time: Double)
  case sessionEnd(isSuccess: Bool, time: Double)

  public struct Setting: Sendable, Equatable {
    public enum Value: Sendable, Equatable {
      case number(Double)
      case text(String)
      case flag(Bool)
    }

    public var name: String
    public var value: Value

    public init(_ name: String, _ value: Value) { (self.name, self.value) = (name, value) }
  }

  public struct Metric: Sendable, Equatable {
    public var tag: String
    /// The folder below the run's in which the tag's file lies; empty for the run's own.
    public var folder: String

    public init(_ tag: String, folder: String = "") { (self.tag, self.folder) = (tag, folder) }
  }

  var tag: String {
    switch self {
    case .experiment: "_hparams_/experiment"
    case .sessionStart: "_hparams_/session_start_info"
    case .sessionEnd: "_hparams_/session_end_info"
    }
  }

  var message: ProtocolMessage {
    var record = ProtocolMessage()
    switch self {
    case .experiment(let settings, let metrics):
      var experiment = ProtocolMessage()
      for setting in settings { experiment.add(4, setting.description) }
      for metric in metrics { experiment.add(5, metric.description) }
      record.add(2, experiment)
    case .sessionStart(let settings, let group, let time):
      var session = ProtocolMessage()
      for setting in settings { session.add(1, setting.entry) }
      session.add(4, group)
      session.add(5, time)
      record.add(3, session)
    case .sessionEnd(let isSuccess, let time):
      var session = ProtocolMessage()
      session.add(1, isSuccess ? 1 : 2)
      session.add(2, time)
      record.add(4, session)
    }
    return record
  }
}

extension HyperParameterRecord.Setting {
  /// Its name and type: 1 for texts, 2 for true and false, 3 for numbers.
  fileprivate var description: ProtocolMessage {
    var message = ProtocolMessage()
    message.add(1, name)
    switch value {
    case .text: message.add(4, 1)
    case .flag: message.add(4, 2)
    case .number: message.add(4, 3)
    }
    return message
  }

  /// Its name and value, as an entry of a map.
  fileprivate var entry: ProtocolMessage {
    var written = ProtocolMessage()
    switch value {
    case .number(let number): written.add(2, alternative: number)
    case .text(let text): written.add(3, alternative: text)
    case .flag(let flag): written.add(4, alternative: flag)
    }
    var message = ProtocolMessage()
    message.add(1, name)
    message.add(2, written)
    return message
  }
}

extension HyperParameterRecord.Metric {
  fileprivate var description: ProtocolMessage {
    var name = ProtocolMessage()
    name.add(1, folder)
    name.add(2, tag)
    var message = ProtocolMessage()
    message.add(1, name)
    return message
  }
}
