private import Foundation

/// The file of a model's labels: one a line, in the order of its classes.
enum LabelFile {
    /// Bytes of a label at most: what portraits may carry.
    static let lengthLimit = 100
    private static let byteLimit = 1 << 20

    /// - Parameters:
    ///   - key: That names the file, for messages.
    ///   - limit: Labels at most.
    /// - Throws: Where it cannot be read, or is none. What is wrong is said by line, and nothing of the file is quoted.
    static func read(_ path: String, key: String, limit: Int) throws(SightError) -> [String] {
        var lines = bytes(try contents(path, key)).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        while let last = lines.last, last.allSatisfy({ $0 <= 32 }) { lines.removeLast() }
        guard !lines.isEmpty else { throw SightError("\(key) has no labels: its file needs a line for each class of the model") }
        guard lines.count <= limit else { throw SightError("\(key) has \(lines.count) lines: at most \(limit) labels are taken") }
        var labels: [String] = []
        for (index, line) in lines.enumerated() {
            guard let label = label(line) else {
                throw SightError(
                    "line \(index + 1) of \(key) is no label: it must be text of 1 to \(lengthLimit) bytes in UTF-8 without control characters"
                )
            }
            labels.append(label)
        }
        return labels
    }

    private static func contents(_ path: String, _ key: String) throws(SightError) -> [UInt8] {
        guard isFile(path), let file = FileHandle(forReadingAtPath: path) else {
            throw SightError("\(key) cannot be read: check that \(path) is there, a file and readable")
        }
        defer { try? file.close() }
        let data: Data
        do { data = try file.read(upToCount: byteLimit + 1) ?? Data() } catch {
            throw SightError("\(key) cannot be read: check the permissions of \(path)")
        }
        guard data.count <= byteLimit else { throw SightError("\(key) is larger than 1 MiB: its file needs one label a line") }
        return Array(data)
    }

    /// Whether it is one that has an end: a pipe or a device may have none, or keep whoever opens it waiting.
    static func isFile(_ path: String) -> Bool {
        let type = try? FileManager.default.attributesOfItem(atPath: URL(filePath: path).resolvingSymlinksInPath().path)[.type]
        return type as? FileAttributeType == .typeRegular
    }

    /// Without the mark that some editors put first.
    private static func bytes(_ contents: [UInt8]) -> ArraySlice<UInt8> {
        contents.starts(with: [0xEF, 0xBB, 0xBF]) ? contents.dropFirst(3) : contents[...]
    }

    private static func label(_ line: ArraySlice<UInt8>) -> String? {
        let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        guard let text = String(validating: line, as: UTF8.self)?.trimmingCharacters(in: .whitespaces) else { return nil }
        let isText = text.unicodeScalars.allSatisfy {
            ![.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
        }
        return (1...lengthLimit).contains(text.utf8.count) && isText ? text : nil
    }
}
