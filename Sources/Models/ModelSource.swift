private import Foundation

/// Where model files are fetched from.
package enum ModelSource: Sendable, Hashable {
    /// Each file's public address.
    case origin
    /// A folder that has them, itself or in a folder `models` of it.
    case folder(String)
    /// The address of such a folder on a web server.
    case server(String)

    /// As somebody names it: an address begins with http:// or https://, anything else is a folder.
    package init(_ text: String?) {
        guard let text, !text.isEmpty else {
            self = .origin
            return
        }
        self = text.hasPrefix("http://") || text.hasPrefix("https://") ? .server(text) : .folder(text)
    }

    /// Paths at which a file may lie, in order; none where it has to be asked for.
    func paths(of file: ModelFile) -> [String] {
        guard case .folder(let folder) = self else { return [] }
        return ["\(folder)/\(file.name)", "\(folder)/models/\(file.name)"]
    }

    /// The address of a file; nil where it lies in a folder.
    func address(of file: ModelFile) -> String? {
        switch self {
        case .origin: file.address
        case .server(let base): base.hasSuffix("/") ? base + file.name : "\(base)/\(file.name)"
        case .folder: nil
        }
    }

    /// An address as it may be shown: without credentials and what else may be secret in it.
    static func shown(_ address: String) -> String {
        guard var components = URLComponents(string: address) else { return "the address given" }
        components.user = nil
        components.password = nil
        components.query = nil
        components.fragment = nil
        return components.string ?? "the address given"
    }
}
