import Foundation

/// A file that holds one secret: its first line. Only its owner may read it.
package enum SecretFile {
    /// The largest secret that is read, in bytes.
    static let maximumSize = 4096

    /// Reads the secret. The result's text is trimmed.
    /// - Returns: The secret, or why there is none, in words that say what to do.
    package static func read(path: String) -> Result<String, Refusal> {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            attributes[.type] as? FileAttributeType == .typeRegular
        else {
            return .failure(Refusal("\(path) is no file"))
        }
        guard let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue, mode & 0o077 == 0 else {
            return .failure(Refusal("\(path) may be read by others: run chmod 600 on it"))
        }
        guard let size = (attributes[.size] as? NSNumber)?.intValue, size <= maximumSize else {
            return .failure(Refusal("\(path) is larger than \(maximumSize) bytes"))
        }
        guard let data = FileManager.default.contents(atPath: path) else { return .failure(Refusal("\(path) cannot be read by this user")) }
        guard let text = String(validating: data, as: UTF8.self), !text.contains("\0") else {
            return .failure(Refusal("\(path) is not UTF-8 text"))
        }
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        guard lines.count == 1, let secret = lines.first else {
            return .failure(Refusal("\(path) must hold one line, and holds \(lines.count)"))
        }
        return .success(secret)
    }

    /// Why a secret could not be read. Holds nothing of it.
    package struct Refusal: Error, CustomStringConvertible {
        package let description: String

        init(_ description: String) { self.description = description }
    }
}
