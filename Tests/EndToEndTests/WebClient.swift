import Foundation
import Hub
import TestSupport
import Testing

/// A program that uses the hub's API as its administrator: curl, the client that people have.
struct WebClient {
    struct Answer {
        let status: Int
        let fields: [String: String]
        let body: [String: Any]
    }

    private let address: String
    private let cookie: String

    init(_ hub: RunningHub, password: String) async throws {
        let web = hub.hub.web
        try await eventually("the web server to listen") { web.boundPort != nil }
        address = "http://127.0.0.1:\(web.boundPort ?? 0)"
        let answer = try await Self.send("POST", "\(address)/api/v1/session", cookie: nil, body: ["name": "admin", "password": password])
        cookie = String(try #require(answer.fields["set-cookie"]).prefix { $0 != ";" })
    }

    func ask(_ method: String, _ path: String, _ body: [String: Any]? = nil) async throws -> Answer {
        try await Self.send(method, address + path, cookie: cookie, body: body)
    }

    private static func send(_ method: String, _ address: String, cookie: String?, body: [String: Any]?) async throws -> Answer {
        var words = ["-sS", "-i", "-X", method, "--max-time", "60", address]
        if let cookie { words += ["-H", "Cookie: \(cookie)"] }
        if let body {
            let text = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
            words += ["-H", "Content-Type: application/json", "--data-binary", text]
        }
        // A change must come from the hub's own pages, or say so.
        if method != "GET" { words += ["-H", "Sec-Fetch-Site: same-origin"] }
        let child = try ChildProcess(executable: "/usr/bin/curl", arguments: words)
        let status = await child.waitForExit()
        let output = child.output
        try #require(status == 0, "\(output)")
        // As the program may write its own lines first, the answer begins with its status line.
        let text = output.replacingOccurrences(of: "\r\n", with: "\n")
        let answer = text.range(of: "HTTP/1.1 ").map { text[$0.lowerBound...] } ?? text[...]
        let end = answer.range(of: "\n\n")
        let lines = answer[..<(end?.lowerBound ?? answer.endIndex)].split(separator: "\n")
        let code = try #require(lines.first.flatMap { $0.split(separator: " ").dropFirst().first.flatMap { Int($0) } }, "\(output)")
        let fields = lines.dropFirst().compactMap { line -> (String, String)? in
            let pair = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            return pair.count == 2 ? (pair[0].lowercased(), pair[1]) : nil
        }
        let object = try? JSONSerialization.jsonObject(with: Data(answer[(end?.upperBound ?? answer.endIndex)...].utf8)) as? [String: Any]
        return Answer(status: code, fields: Dictionary(fields, uniquingKeysWith: { $1 }), body: object ?? [:])
    }
}
