import Foundation
import TOMLKit

/// A configuration file, read and parsed, and what the environment and the command line put over it.
package struct SettingsDocument {
    /// The largest file that is read, in bytes. A configuration of a thousand cameras stays far below.
    package static let maximumSize = 1 << 20
    /// How deep tables and arrays may lie in each other. No key lies deeper than 5.
    static let maximumDepth = 32

    /// For messages: the file's path, or `the environment` where there is none.
    package let origin: String
    /// The folder that relative paths of the file are relative to; the working directory where there is no file.
    package let folder: String
    /// The root table.
    package private(set) var root: [String: SettingsValue]

    /// An empty document, for a program that runs on its flags and its environment.
    package init() {
        origin = "the environment"
        folder = FileManager.default.currentDirectoryPath
        root = [:]
    }

    /// Reads a file.
    /// - Throws: `SettingsError` where it is not there, too large, not UTF-8 or not TOML.
    package init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SettingsError(origin: path, problems: [.init(key: "", message: "cannot be read: no such file, or no permission")])
        }
        guard data.count <= Self.maximumSize else {
            throw SettingsError(origin: path, problems: [.init(key: "", message: "is larger than \(Self.maximumSize) bytes")])
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw SettingsError(origin: path, problems: [.init(key: "", message: "is not UTF-8 text")])
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try self.init(text: text, origin: path, folder: folder)
    }

    /// Parses text.
    /// - Throws: `SettingsError` where it is not TOML. Its message quotes nothing of the text, which may hold secrets.
    package init(text: String, origin: String, folder: String) throws {
        self.origin = origin
        self.folder = folder
        // The library hands text over as C strings, so that a zero byte would silently end the file, or a value.
        for zero in ["\0", "\\u0000", "\\U00000000"] where text.contains(zero) {
            throw SettingsError(origin: origin, problems: [.init(key: "", message: "holds a zero character")])
        }
        do {
            root = Self.convert(try TOMLTable(string: text), depth: 0)
        } catch let error as TOMLParseError {
            let place = "line \(error.source.begin.line), column \(error.source.begin.column)"
            let message = "is not valid TOML at \(place): \(Self.withoutQuotations(error.description))"
            throw SettingsError(origin: origin, problems: [.init(key: "", message: message)])
        }
    }

    /// Puts the values of environment variables over those of the file.
    package mutating func overlay(environment: [String: String], keys: [KeyDescription]) {
        for key in keys {
            guard let name = key.environment, let value = environment[name] else { continue }
            set(key.name, .text(value, origin: name))
        }
    }

    /// Puts the values of command line flags over everything else.
    /// - Parameter overrides: By the key's whole name.
    package mutating func overlay(overrides: [String: String]) {
        for (name, value) in overrides { set(name, .text(value, origin: "--" + name.replacing("_", with: "-"))) }
    }

    private mutating func set(_ name: String, _ value: SettingsValue) {
        let parts = name.split(separator: ".").map(String.init)
        root = Self.setting(parts[...], to: value, in: root)
    }

    private static func setting(
        _ path: ArraySlice<String>, to value: SettingsValue, in table: [String: SettingsValue]
    ) -> [String: SettingsValue] {
        guard let first = path.first else { return table }
        var table = table
        if path.count == 1 {
            table[first] = value
        } else {
            var inner: [String: SettingsValue] = [:]
            switch table[first] {
            case .table(let present): inner = present
            case nil: break
            // Something else stands where a table belongs: leave it, it is reported when it is read.
            default: return table
            }
            table[first] = .table(setting(path.dropFirst(), to: value, in: inner))
        }
        return table
    }

    // MARK: - From the library's types

    private static func convert(_ table: TOMLTable, depth: Int) -> [String: SettingsValue] {
        var result: [String: SettingsValue] = [:]
        for key in table.keys { result[key] = table[key].map { convert($0, depth: depth + 1) } ?? .unused("value") }
        return result
    }

    private static func convert(_ value: any TOMLValueConvertible, depth: Int) -> SettingsValue {
        if depth > maximumDepth { return .unused("value nested too deep") }
        switch value.type {
        case .string: return value.string.map { .string($0) } ?? .unused("string")
        case .int: return value.int.map { .integer(Int64($0)) } ?? .unused("number")
        case .double: return value.double.map { .number($0) } ?? .unused("number")
        case .bool: return value.bool.map { .boolean($0) } ?? .unused("boolean")
        case .table: return value.table.map { .table(convert($0, depth: depth)) } ?? .unused("table")
        case .array: return value.array.map { .array($0.map { convert($0, depth: depth + 1) }) } ?? .unused("array")
        case .date, .time, .dateTime: return .unused(value.type.description)
        }
    }

    /// The parser quotes the text that it stumbled over, which may be a piece of a password.
    private static func withoutQuotations(_ message: String) -> String {
        message.replacing(#/'[^']*'|"[^"]*"/#, with: "‘…’").replacing("\n", with: " ")
    }
}
