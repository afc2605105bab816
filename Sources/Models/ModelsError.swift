/// Why models cannot be fetched or used. Safe to log.
package struct ModelsError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, for programs.
    package enum Code: String, Sendable {
        /// No model of the catalogue has this name.
        case unknownName = "unknown_name"
        /// The file is not there.
        case missing
        /// What is there, or came, is not the file of the catalogue.
        case wrongHash = "wrong_hash"
        /// The source gives no answer, or not the whole file.
        case unreachable
        /// A file or folder cannot be read or written.
        case file
        /// Another process fetches into the same folder.
        case busy
    }

    package let code: Code
    /// What happened and what to do about it.
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
