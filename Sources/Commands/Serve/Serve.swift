internal import ArgumentParser
internal import Documents
internal import Experiments
internal import Files
internal import Serving

/// `hindsight serve`: runs to look at in a browser.
struct Serve: ContextualCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch runs in a browser: live curves, rollouts, comparisons, and a stop button.",
    discussion: """
      Serves a page on this machine alone, at the address that is printed, until Ctrl-C. The button \
      saves a run's checkpoint and stops it, as SIGTERM does; `hindsight train --resume RUN` goes on.
      """)

  @Argument(help: "Folders with runs in or below them; by default runs.", completion: .directory)
  var folders: [String] = ["runs"]
  @Option(help: "The port to listen on; 0 for any that is free.") var port = 8765
  @Flag(help: "Print the address in a JSON document.") var json = false

  func validate() throws {
    guard 0...65_535 ~= port else {
      throw ValidationError("--port is a whole number from 0 to 65535.")
    }
  }

  func run(in context: Context) throws {
    let watch = try RunWatch(folders)
    let dashboard = Dashboard(watch, try RolloutDrawer())
    let server = try LoopbackServer(port: port, respond: dashboard.respond)
    try context.say(
      json
        ? Document.object(["schema_version": 1, "address": .string(server.address)]).jsonText()
        : "\(server.address)  (Ctrl-C ends it)")
    while context.stop.signal == nil { context.stop.sleep(seconds: 3600) }
  }
}
