import EdgeNode
import Hub
import Settings

/// Both programs' configuration, from a text of anybody's making.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    guard let document = try? SettingsDocument(text: text, origin: "fuzz.toml", folder: "/nonexistent") else { return 0 }
    do { _ = try EdgeConfiguration(document, purpose: .analyze) } catch { checkMessage(error) }
    do { _ = try HubConfiguration(document) } catch { checkMessage(error) }
    return 0
}

/// A refusal is a list of faults, printed on lines of its own making.
private func checkMessage(_ error: any Error) {
    guard let error = error as? SettingsError else { fatalError("another error: \(error)") }
    precondition(!error.problems.isEmpty, "refused without a reason")
    let controls = error.problems.contains { "\($0)".unicodeScalars.contains { $0.properties.generalCategory == .control } }
    precondition(!controls, "a control character reached a message")
}
