import Base
import Foundation
import TestSupport

/// Single HTTP requests to a hub on this machine.
package enum HubRequest {
    package struct Answer: Sendable {
        package let status: Int
        package let headers: [(name: String, value: String)]
        package let body: String
    }

    private static let thread = ThreadExecutor(name: "http")

    /// - Returns: nil where the hub does not answer in time.
    package static func send(
        _ method: String, _ path: String, port: Int, headers: [String] = [], body: String = "", patience: Int = 5
    ) async -> Answer? {
        await withTaskExecutorPreference(thread) {
            guard let connection = LoopbackConnection(port: port, patience: patience) else { return nil }
            var lines = [
                "\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close", "Content-Length: \(body.utf8.count)",
            ]
            lines += headers
            guard connection.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body) else { return nil }
            var reader = HTTPResponseReader()
            var text: [UInt8] = []
            while let bytes = connection.receive(), !bytes.isEmpty {
                text += reader.take(bytes)
                let length = reader.headers.first { $0.name == "content-length" }.flatMap { Int($0.value) }
                if reader.isOver || length == text.count { break }
            }
            guard reader.hasHead else { return nil }
            return Answer(status: reader.status, headers: reader.headers, body: String(decoding: text, as: UTF8.self))
        }
    }

    /// Signs the administrator in and returns the cookie.
    package static func signIn(port: Int, password: String) async throws -> String {
        var answer: Answer?
        // A hub that has just begun to listen may still be busy, on a machine that is.
        try await eventually("the hub to answer who signs in") {
            answer = await send(
                "POST", "/api/v1/session", port: port, headers: ["Content-Type: application/json"],
                body: "{\"name\":\"admin\",\"password\":\"\(password)\"}", patience: 20)
            return answer != nil
        }
        guard let answer, answer.status == 201, let cookie = answer.headers.first(where: { $0.name == "set-cookie" }) else {
            throw FleetError("the hub does not let the administrator in: \(answer?.status ?? 0)")
        }
        return String(cookie.value.prefix { $0 != ";" })
    }

    /// The value of a series in the hub's `/metrics`; nil where the hub or the series is not there.
    package static func metric(_ series: String, port: Int) async -> Double? {
        guard let answer = await send("GET", "/metrics", port: port), answer.status == 200 else { return nil }
        for line in answer.body.split(separator: "\n") where line.hasPrefix(series + " ") {
            return Double(line.dropFirst(series.count + 1))
        }
        return nil
    }
}
