import Synchronization

@testable import EdgeNode

/// A hub that answers as it is told, picture by picture.
final class ScriptedTransport: SnapshotTransport {
    struct Sent: Hashable {
        var name: SnapshotName
        var address: String
        var size: Int
    }

    private let state: Mutex<(answers: [Int], sent: [Sent], closed: Int)>
    let addresses: [String]

    /// - Parameter answers: Statuses in turn, 0 for no answer; the last one goes on.
    init(_ answers: [Int], addresses: [String] = ["https://a"]) {
        state = Mutex((answers, [], 0))
        self.addresses = addresses
    }

    var sent: [Sent] { state.withLock { $0.sent } }
    var closed: Int { state.withLock { $0.closed } }

    func put(_ box: [UInt8], as name: SnapshotName, to address: String) async throws(IdentityError) -> (status: Int, words: String) {
        let status = state.withLock { state in
            state.sent.append(Sent(name: name, address: address, size: box.count))
            return state.answers.count > 1 ? state.answers.removeFirst() : state.answers.first ?? 0
        }
        if status == 0 { throw IdentityError("nothing listens there") }
        return (status, "status \(status)")
    }

    func close() async { state.withLock { $0.closed += 1 } }
}
