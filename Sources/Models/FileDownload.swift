private import AsyncHTTPClient
private import Foundation
private import NIOCore
private import NIOHTTP1

/// Brings one file from a web server, and goes on where an earlier attempt was cut off. Never takes more bytes than the file has.
struct FileDownload: Sendable {
    /// Seconds without a byte after which the server is given up.
    private static let silence: Int64 = 60

    private let file: ModelFile
    private let address: String
    private let part: String

    /// - Parameter part: Where the bytes go. What is there already is their beginning.
    init(_ file: ModelFile, address: String, part: String) {
        self.file = file
        self.address = address
        self.part = part
    }

    /// Writes the file's bytes until all are there; whether they are the right ones is the caller's to check.
    /// - Returns: Whether what was there before is a part of them.
    /// - Throws: `ModelsError` with code `unreachable` or `file`. What came stays, to be gone on with.
    func run() async throws(ModelsError) -> Bool {
        let start = size()
        if start == file.bytes { return true }
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .follow(max: 5, allowCycles: false),
            timeout: .init(connect: .seconds(10), read: .seconds(Self.silence)))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<Bool, ModelsError>
        do throws(ModelsError) { result = .success(try await load(client, from: start)) } catch { result = .failure(error) }
        try? await client.shutdown()
        return try result.get()
    }

    /// Bytes that are there; a file that is too large is begun anew.
    private func size() -> Int {
        let size = (try? FileManager.default.attributesOfItem(atPath: part))?[.size] as? Int ?? 0
        return size > file.bytes ? 0 : size
    }

    private func load(_ client: HTTPClient, from start: Int) async throws(ModelsError) -> Bool {
        var request = HTTPClientRequest(url: address)
        request.headers.add(name: "User-Agent", value: "vigilar")
        if start > 0 { request.headers.add(name: "Range", value: "bytes=\(start)-") }
        let response: HTTPClientResponse
        do { response = try await client.execute(request, deadline: .distantFuture) } catch { throw unreachable("\(Self.words(error))") }
        switch response.status {
        case .partialContent where response.headers.first(name: "Content-Range")?.hasPrefix("bytes \(start)-") == true:
            try await write(response, from: start)
            return start > 0
        case .ok:
            try await write(response, from: 0)
            return false
        case .partialContent where start > 0, .rangeNotSatisfiable where start > 0:
            // It has another idea of what is missing: everything, then.
            return try await load(client, from: 0)
        default: throw unreachable("it answers \(response.status.code)")
        }
    }

    private func write(_ response: HTTPClientResponse, from start: Int) async throws(ModelsError) {
        var length = start
        do {
            if start == 0 { try Data().write(to: URL(filePath: part)) }
            let handle = try FileHandle(forWritingTo: URL(filePath: part))
            defer { try? handle.close() }
            try handle.seek(toOffset: UInt64(start))
            for try await buffer in response.body {
                length += buffer.readableBytes
                guard length <= file.bytes else { break }
                try handle.write(contentsOf: Data(buffer.readableBytesView))
            }
        } catch let error as CocoaError {
            throw ModelsError(
                .file, "\(part) cannot be written (\(error.code.rawValue)): check the folder's permissions and the room on its disk")
        } catch { throw unreachable("\(Self.words(error)) after \(length) of \(file.bytes) bytes; run this again, it goes on from there") }
        guard length <= file.bytes else {
            try? FileManager.default.removeItem(atPath: part)
            throw ModelsError(
                .wrongHash, "\(ModelSource.shown(address)) is larger than the file of the catalogue (\(file.bytes) bytes): it is not used")
        }
        guard length == file.bytes else {
            throw unreachable("it ended after \(length) of \(file.bytes) bytes; run this again, it goes on from there")
        }
    }

    private func unreachable(_ why: String) -> ModelsError {
        ModelsError(.unreachable, "\(file.name) cannot be fetched from \(ModelSource.shown(address)): \(why)")
    }

    /// Not the library's own text, which may hold the address.
    private static func words(_ error: any Error) -> String {
        let text = "\(error)"
        if text.localizedCaseInsensitiveContains("timeout") { return "no answer in time" }
        if text.contains("refused") || text.contains("ECONNREFUSED") { return "nothing listens there" }
        if error is HTTPClientError, text.localizedCaseInsensitiveContains("url") || text.localizedCaseInsensitiveContains("scheme") {
            return "the address makes no sense"
        }
        return "the connection failed"
    }
}
