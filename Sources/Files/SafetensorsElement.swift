/// How the numbers of a safetensors tensor are stored, by the names the format gives them.
public enum SafetensorsElement: String, Sendable, CaseIterable {
  case bool = "BOOL"
  case float4 = "F4"
  case float6E2M3 = "F6_E2M3"
  case float6E3M2 = "F6_E3M2"
  case float8E5M2 = "F8_E5M2"
  case float8E4M3 = "F8_E4M3"
  case float8E8M0 = "F8_E8M0"
  case int8 = "I8"
  case uint8 = "U8"
  case int16 = "I16"
  case uint16 = "U16"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int32 = "I32"
  case uint32 = "U32"
  case float32 = "F32"
  case complex64 = "C64"
  case int64 = "I64"
  case uint64 = "U64"
  case float64 = "F64"

  /// Bits of one number.
  public var bits: Int {
    switch self {
    case .float4: 4
    case .float6E2M3, .float6E3M2: 6
    case .bool, .float8E5M2, .float8E4M3, .float8E8M0, .int8, .uint8: 8
    case .int16, .uint16, .float16, .bfloat16: 16
    case .int32, .uint32, .float32: 32
    case .complex64, .int64, .uint64, .float64: 64
    }
  }
}

/// A Swift type whose memory is what the format stores (all machines we run on are little-endian).
public protocol SafetensorsValue: BitwiseCopyable, Sendable {
  static var safetensorsElement: SafetensorsElement { get }
}

extension Float: SafetensorsValue {
  public static var safetensorsElement: SafetensorsElement { .float32 }
}
extension Double: SafetensorsValue {
  public static var safetensorsElement: SafetensorsElement { .float64 }
}
extension Int32: SafetensorsValue {
  public static var safetensorsElement: SafetensorsElement { .int32 }
}
extension Int64: SafetensorsValue {
  public static var safetensorsElement: SafetensorsElement { .int64 }
}
extension Int: SafetensorsValue {
  public static var safetensorsElement: SafetensorsElement { .int64 }
}
extension UInt8: SafetensorsValue {
  public static var safetensorsElement: SafetensorsElement { .uint8 }
}
extension UInt64: SafetensorsValue {
  public static var safetensorsElement: SafetensorsElement { .uint64 }
}
