@main struct Hindsight { static func main() {} }
