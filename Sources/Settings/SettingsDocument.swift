import Foundation

/// A configuration file, read and parsed, and what the environment and the command line put over it.
package struct SettingsDocument {
    /// The largest file that is read, in bytes. A configuration of a thousand cameras stays far below.
    package static let maximumSize = 1 << 20

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

    /// Values that stand in no file. Relative paths start at the working directory.
    package init(root: [String: SettingsValue], origin: String) {
        self.init(root: root, origin: origin, folder: FileManager.default.currentDirectoryPath)
    }

    /// Values as those of a file.
    package init(root: [String: SettingsValue], origin: String, folder: String) {
        self.origin = origin
        self.folder = folder
        self.root = root
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
        do throws(TOMLSyntaxError) {
            root = try TOMLParser.parse(text)
        } catch {
            throw SettingsError(origin: origin, problems: [.init(key: "", message: "\(error)")])
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
}
