/// The power cut tests cannot be run.
struct PowerCutFailure: Error, CustomStringConvertible {
    let description: String
}
