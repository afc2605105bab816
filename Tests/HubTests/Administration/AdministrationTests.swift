import Base
import Foundation
@testable import Hub
import Logging
import TestSupport
import Testing

@Suite("Administration socket")
struct AdministrationTests {
    @Test("answers a command, and only its owner may open the socket")
    func answers() async throws {
        let folder = try TemporaryDirectory()
        let socket = URL(filePath: folder.path).appending(path: "hub.sock")
        let server = AdministrationServer(socket: socket, logger: Logger(label: "test")) { request in
            AdministrationResponse(lines: ["\(request.command.rawValue) \(request.name ?? "")"])
        }
        let running = Task { try await server.run() }
        defer { running.cancel() }
        try await eventually { (try? await AdministrationClient.ask(.init(command: .check), socket: socket)) != nil }
        let response = try #require(
            try await AdministrationClient.ask(.init(command: .invite, site: "home", name: "porch"), socket: socket))
        #expect(response.lines == ["invite porch"])
        let mode = try FileManager.default.attributesOfItem(atPath: socket.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("is absent where no hub runs, even with a socket file left behind")
    func absent() async throws {
        let folder = try TemporaryDirectory()
        let socket = URL(filePath: folder.path).appending(path: "hub.sock")
        #expect(try await AdministrationClient.ask(.init(command: .check), socket: socket) == nil)
        #expect(FileManager.default.createFile(atPath: socket.path, contents: nil))
        #expect(try await AdministrationClient.ask(.init(command: .check), socket: socket) == nil)
    }

    @Test("lets one process at a time have the data folder")
    func lock() throws {
        let folder = try TemporaryDirectory()
        let data = try DataFolder(folder.path)
        let lock = try data.lock()
        #expect(throws: AdministrationError.self) { try data.lock() }
        withExtendedLifetime(lock) {}
    }

    @Test("writes secrets into files of mode 0600 that hold no less than 256 bits")
    func secrets() throws {
        let folder = try TemporaryDirectory()
        let file = URL(filePath: folder.path).appending(path: "a.secret")
        let secret = Secret.make()
        #expect(Secret.isValid(secret) && secret != Secret.make())
        try PrivateFile.write(secret, to: file)
        try PrivateFile.write(secret, to: file)
        #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
    }
}
