private import Foundation
private import Protocol

/// Requests to the hub with the node's certificate, over connections that stay open from one to the next, at the address that answered
/// last.
package actor HubCaller {
    /// A client that is in use by requests; one with an old certificate ends with the last of them.
    private final class Line {
        let client: HubHTTPClient
        let certificate: String
        var users = 0

        init(client: HubHTTPClient, certificate: String) {
            self.client = client
            self.certificate = certificate
        }
    }

    private let identity: @Sendable () -> NodeIdentity
    private let silence: Int64
    private var line: Line?
    private var preferred: String?

    /// - Parameters:
    ///   - identity: The present one: its certificate changes when it is renewed.
    ///   - silence: Seconds that may pass between the end of a request and its answer.
    package init(_ identity: @escaping @Sendable () -> NodeIdentity, silence: Int64 = HubHTTPClient.patience) {
        self.identity = identity
        self.silence = silence
    }

    /// The hub's addresses, as joining or the last renewal named them.
    package nonisolated var addresses: [String] { identity().answer.hubs }

    /// The same, the one that answered last first.
    package var order: [String] {
        let all = addresses
        guard let preferred, all.contains(preferred) else { return all }
        return [preferred] + all.filter { $0 != preferred }
    }

    /// An address answered: it comes first from now on.
    package func prefer(_ address: String) { preferred = address }

    /// One request to one address.
    /// - Parameters: As of `HubHTTPClient`.
    /// - Throws: `IdentityError` where no answer comes.
    package func send(
        _ method: String, _ path: String, to address: String, body: [UInt8]? = nil, headers: [(String, String)] = [],
        patience: Int64? = nil
    ) async throws(IdentityError) -> HubHTTP.Answer {
        let line = try await take()
        let result: Result<HubHTTP.Answer, IdentityError>
        do throws(IdentityError) {
            result = .success(try await line.client.send(method, address, path, body: body, headers: headers, patience: patience))
        } catch { result = .failure(error) }
        await putBack(line)
        return try result.get()
    }

    /// One request to one address, with a body that comes piece by piece.
    /// - Parameters: As of `HubHTTPClient`.
    /// - Throws: `IdentityError` where no answer comes.
    package func send(
        _ method: String, _ path: String, to address: String, pieces: some AsyncSequence<[UInt8], any Error> & Sendable, length: Int64?,
        headers: [(String, String)] = [], patience: Int64
    ) async throws(IdentityError) -> HubHTTP.Answer {
        let line = try await take()
        let result: Result<HubHTTP.Answer, IdentityError>
        do throws(IdentityError) {
            result = .success(
                try await line.client.send(method, address, path, pieces: pieces, length: length, headers: headers, patience: patience))
        } catch { result = .failure(error) }
        await putBack(line)
        return try result.get()
    }

    /// Asks each address in turn until one answers.
    /// - Parameter counts: Whether an answer with this status is one; otherwise the next address is asked.
    /// - Returns: The answer, nil where there is none; and words for a person.
    package func ask(
        _ method: String, _ path: String, body: [UInt8], headers: [(String, String)], patience: Int64, counts: (_ status: Int) -> Bool
    ) async -> (answer: HubHTTP.Answer?, words: String) {
        var words = "the hub has no address"
        for address in order {
            do throws(IdentityError) {
                let answer = try await send(method, path, to: address, body: body, headers: headers, patience: patience)
                words = answer.problem
                if counts(answer.status) {
                    prefer(address)
                    return (answer, words)
                }
            } catch { words = error.description }
            if Task.isCancelled { break }
        }
        return (nil, words)
    }

    /// Ends all connections; the next request makes one again.
    package func close() async {
        let open = line
        line = nil
        await open?.client.close()
    }

    private func take() async throws(IdentityError) -> Line {
        let present = identity()
        if let line, line.certificate == present.answer.certificate {
            line.users += 1
            return line
        }
        let client = try HubHTTPClient(
            .node(authority: present.answer.authority, certificate: present.certificateFile.path, key: present.keyFile.path),
            silence: silence)
        let new = Line(client: client, certificate: present.answer.certificate)
        new.users = 1
        let old = line
        line = new
        if let old, old.users == 0 { await old.client.close() }
        return new
    }

    private func putBack(_ line: Line) async {
        line.users -= 1
        if line !== self.line, line.users == 0 { await line.client.close() }
    }
}
