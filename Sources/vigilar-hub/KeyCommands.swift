import ArgumentParser
import Foundation
import Hub

struct KeyCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Backs up, restores and replaces the hub's keys, and makes a recovery key.",
        subcommands: [KeysBackup.self, KeysRestore.self, KeysRotate.self, KeysRecovery.self])
}

struct KeysBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Writes the hub's keys into one file under a passphrase, from the terminal or \(KeyPassphrase.backup.variable).")
    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The file to make; one that exists is not overwritten.")
    var file: String

    func run() async throws {
        let lines = try KeyAdministration(options.load().trust).backup(to: file) {
            try KeyPassphrase.backup.new(ProcessInfo.processInfo.environment)
        }
        lines.forEach { print($0) }
    }
}

struct KeysRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Puts the keys of a backup into a trust folder that has none.")
    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The file that vigilar-hub keys backup made.")
    var file: String

    func run() async throws {
        let lines = try KeyAdministration(options.load().trust).restore(from: file) {
            try KeyPassphrase.backup.present(ProcessInfo.processInfo.environment)
        }
        lines.forEach { print($0) }
    }
}

struct KeysRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Makes a new key for nodes to seal to; older ones still open what was sealed to them. Authority and signing key stay.")
    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        for line in try KeyAdministration(options.load().trust).rotate() { print(line) }
    }
}

struct KeysRecovery: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recovery",
        abstract: "Makes a key that opens recordings without the hub's, in a file under a passphrase, and prints its public half.",
        discussion: "The passphrase comes from the terminal or \(KeyPassphrase.recovery.variable). The hub keeps nothing of the key.")
    @Argument(help: "The file to make; one that exists is not overwritten.")
    var file: String

    func run() async throws {
        let lines = try RecoveryKeyFile(file).make { try KeyPassphrase.recovery.new(ProcessInfo.processInfo.environment) }
        lines.forEach { print($0) }
    }
}
