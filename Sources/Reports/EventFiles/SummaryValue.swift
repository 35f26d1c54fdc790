/// One thing that TensorBoard shows, under the name of its tag.
public struct SummaryValue: Sendable {
  public enum Content: Sendable {
    case scalar(Double)
    case histogram(SummaryHistogram)
    /// A PNG or GIF file.
    case image([UInt8], width: Int, height: Int)
    /// Markdown.
    case text(String)
    case hyperParameters(HyperParameterRecord)
  }

  public var tag: String
  public var content: Content

  public init(_ tag: String, _ content: Content) {
    (self.tag, self.content) = (tag, content)
  }

  public static func scalar(_ tag: String, _ value: Double) -> SummaryValue {
    SummaryValue(tag, .scalar(value))
  }

  public static func histogram(_ tag: String, of values: [Double]) -> SummaryValue {
    SummaryValue(tag, .histogram(SummaryHistogram(values)))
  }

  /// A text that is shown under `name`.
  public static func text(_ name: String, _ markdown: String) -> SummaryValue {
    SummaryValue("\(name)/text_summary", .text(markdown))
  }

  public static func hyperParameters(_ record: HyperParameterRecord) -> SummaryValue {
    SummaryValue(record.tag, .hyperParameters(record))
  }

  var message: ProtocolMessage {
    var value = ProtocolMessage()
    value.add(1, tag)
    switch content {
    case .scalar(let number): value.add(2, alternative: Float(number))
    case .histogram(let histogram): value.add(5, histogram.message)
    case .image(let file, let width, let height):
      var image = ProtocolMessage()
      image.add(1, height)
      image.add(2, width)
      image.add(3, 3)  // red, green and blue
      image.add(4, file)
      value.add(4, image)
    case .text(let markdown):
      var text = Self.tensor(type: 7)
      text.add(8, Array(markdown.utf8))
      value.add(8, text)
      value.add(9, Self.metadata(plugin: "text", dataClass: 2))
    case .hyperParameters(let record):
      var nothing = Self.tensor(type: 1)
      nothing.add(5, packed: [Float(0)])
      value.add(8, nothing)
      value.add(9, Self.metadata(plugin: "hparams", content: record.message.bytes))
    }
    return value
  }

  /// A tensor of one element, which is still to be added.
  private static func tensor(type: Int) -> ProtocolMessage {
    var dimension = ProtocolMessage()
    dimension.add(1, 1)
    var shape = ProtocolMessage()
    shape.add(2, dimension)
    var tensor = ProtocolMessage()
    tensor.add(1, type)
    tensor.add(2, shape)
    return tensor
  }

  /// - Parameter dataClass: 2 for tensors; 0 leaves it out.
  private static func metadata(
    plugin name: String, content: [UInt8] = [], dataClass: Int = 0
  ) -> ProtocolMessage {
    var plugin = ProtocolMessage()
    plugin.add(1, name)
    if !content.isEmpty { plugin.add(2, content) }
    var metadata = ProtocolMessage()
    metadata.add(1, plugin)
    metadata.add(4, dataClass)
    return metadata
  }
}
