import CLibPQ
import Foundation

/// A `PGconn` and all that is called on it. It belongs to one `PostgresConnection`, whose thread alone touches it.
///
/// The connection is non-blocking and every wait is a `poll` up to `deadline`, so a peer that went silent costs that long and no more.
final class PostgresHandle {
    private let connection: OpaquePointer
    private var broken = false
    /// Until when the present call may wait.
    var deadline = ContinuousClock.now

    /// Connects; takes `connectTimeout` at most for each address of the server.
    init(_ configuration: PostgresConfiguration) throws(PostgresError) {
        // Checked apart, for the library's own complaint would quote the string and what is secret in it.
        guard let options = PQconninfoParse(configuration.url, nil) else {
            throw PostgresError(.connection, "the connection string cannot be read: it must be postgres://user:password@host:port/database")
        }
        PQconninfoFree(options)
        let pairs = configuration.keywords
        var keywords: [UnsafePointer<CChar>?] = pairs.map { UnsafePointer(strdup($0.0)) } + [nil]
        var values: [UnsafePointer<CChar>?] = pairs.map { UnsafePointer(strdup($0.1)) } + [nil]
        defer { for pointer in keywords + values { free(UnsafeMutableRawPointer(mutating: pointer)) } }
        guard let fresh = PQconnectdbParams(&keywords, &values, 1) else { throw PostgresError(.connection, "out of memory") }
        guard PQstatus(fresh) == CONNECTION_OK else {
            let message = Self.message(fresh)
            PQfinish(fresh)
            throw PostgresError(.connection, message)
        }
        connection = fresh
        PQsetnonblocking(connection, 1)
        PQsetErrorVerbosity(connection, PQERRORS_TERSE)
        PQsetNoticeProcessor(connection, ignoreNotice, nil)
    }

    deinit { PQfinish(connection) }

    var isHealthy: Bool { !broken && PQstatus(connection) == CONNECTION_OK }

    var isInTransaction: Bool { PQtransactionStatus(connection) != PQTRANS_IDLE }

    // MARK: One pipeline

    func sendPrepare(name: String, sql: String, types: [UInt32]) throws(PostgresError) {
        try enterPipeline()
        guard PQsendPrepare(connection, name, sql, Int32(types.count), types) == 1 else { throw fail() }
    }

    func send(name: String, parameters: [PostgresValue]) throws(PostgresError) {
        try enterPipeline()
        var encoder = PostgresEncoder(capacity: 256)
        var lengths: [Int32] = []
        var offsets: [Int?] = []
        for parameter in parameters {
            if case .null = parameter {
                offsets.append(nil)
                lengths.append(0)
                continue
            }
            let start = encoder.bytes.count
            encoder.append(parameter)
            offsets.append(start)
            lengths.append(Int32(encoder.bytes.count - start))
        }
        let formats = [Int32](repeating: 1, count: parameters.count)
        let sent = encoder.bytes.withUnsafeBufferPointer { buffer -> Int32 in
            // An empty buffer has no address, but a parameter of no bytes needs one: a nil pointer means NULL.
            withUnsafePointer(to: CChar(0)) { nothing in
                let values = offsets.map { offset -> UnsafePointer<CChar>? in
                    guard let offset else { return nil }
                    guard let base = buffer.baseAddress else { return nothing }
                    return UnsafeRawPointer(base + offset).assumingMemoryBound(to: CChar.self)
                }
                return PQsendQueryPrepared(connection, name, Int32(parameters.count), values, lengths, formats, 1)
            }
        }
        guard sent == 1 else { throw fail() }
    }

    /// Sends the synchronisation point and collects an answer for each of `count` things sent before.
    func finishPipeline(count: Int) throws(PostgresError) -> [Result<PostgresRows, PostgresError>] {
        guard PQpipelineSync(connection) == 1 else { throw fail() }
        try flush()
        var answers: [Result<PostgresRows, PostgresError>] = []
        answers.reserveCapacity(count)
        for _ in 0..<count {
            var answer: Result<PostgresRows, PostgresError>?
            while let result = try nextResult() {
                defer { PQclear(result) }
                answer = try Self.answer(result)
            }
            guard let answer else { throw fail("the server's answers are out of step") }
            answers.append(answer)
        }
        guard let sync = try nextResult() else { throw fail("the server's answers are out of step") }
        defer { PQclear(sync) }
        guard PQresultStatus(sync) == PGRES_PIPELINE_SYNC, PQexitPipelineMode(connection) == 1 else { throw fail() }
        return answers
    }

    private func enterPipeline() throws(PostgresError) {
        if PQpipelineStatus(connection) == PQ_PIPELINE_OFF, PQenterPipelineMode(connection) != 1 { throw fail() }
    }

    // MARK: One script

    /// Runs a text of several statements.
    func script(_ sql: String) throws(PostgresError) {
        guard PQsendQuery(connection, sql) == 1 else { throw fail() }
        try flush()
        var failure: PostgresError?
        while let result = try nextResult() {
            defer { PQclear(result) }
            if case .failure(let error) = try Self.answer(result), failure == nil { failure = error }
        }
        if let failure { throw failure }
    }

    // MARK: Waiting

    private func flush() throws(PostgresError) {
        while true {
            let left = PQflush(connection)
            if left == 0 { return }
            if left < 0 { throw fail() }
            let ready = try wait(for: Int16(POLLIN | POLLOUT))
            // The server may stop reading until its answers are taken.
            if ready & Int16(POLLIN) != 0, PQconsumeInput(connection) != 1 { throw fail() }
        }
    }

    private func nextResult() throws(PostgresError) -> OpaquePointer? {
        while PQisBusy(connection) == 1 {
            _ = try wait(for: Int16(POLLIN))
            guard PQconsumeInput(connection) == 1 else { throw fail() }
        }
        return PQgetResult(connection)
    }

    private func wait(for events: Int16) throws(PostgresError) -> Int16 {
        while true {
            let (seconds, attoseconds) = (deadline - ContinuousClock.now).components
            let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
            guard milliseconds > 0 else { throw fail("no answer in time") }
            var descriptor = pollfd(fd: PQsocket(connection), events: events, revents: 0)
            let count = poll(&descriptor, 1, Int32(clamping: milliseconds))
            if count > 0 { return descriptor.revents }
            if count < 0, errno != EINTR { throw fail("poll failed") }
        }
    }

    // MARK: Answers

    private func fail(_ why: String? = nil) -> PostgresError {
        broken = true
        return PostgresError(.connection, why ?? Self.message(connection))
    }

    /// The library's words about a connection, on one line.
    private static func message(_ connection: OpaquePointer) -> String {
        let text = String(cString: PQerrorMessage(connection))
        let line = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "; ")
        return line.isEmpty ? "the connection was lost" : line
    }

    /// Throws where the failure has ended the connection.
    private static func answer(_ result: OpaquePointer) throws(PostgresError) -> Result<PostgresRows, PostgresError> {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return .success(rows(result))
        case PGRES_PIPELINE_ABORTED: return .failure(PostgresError(.unavailable, "skipped after an earlier failure"))
        default:
            func field(_ code: Character) -> String? {
                PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
            }
            guard let state = field("C") else {
                throw PostgresError(.connection, field("M") ?? "the server closed the connection")
            }
            // 57P01…57P03: shut down, crashed, starting up. 08: connection trouble. 25P03 and 57P05: given up as idle.
            let message = state.hasPrefix("22") ? "a value was refused" : field("M") ?? "no message"
            if state.hasPrefix("08") || ["57P01", "57P02", "57P03", "57P05", "25P03"].contains(state) {
                throw PostgresError(.connection, "\(state): \(message)")
            }
            return .failure(PostgresError(.server(sqlState: state), message, constraint: field("n")))
        }
    }

    private static func rows(_ result: OpaquePointer) -> PostgresRows {
        let count = Int(PQntuples(result))
        let columns = Int(PQnfields(result))
        let affected = Int64(String(cString: PQcmdTuples(result))) ?? 0
        guard count > 0, columns > 0 else {
            return PostgresRows(count: count, affected: affected, columns: columns, bytes: [], ends: [], nulls: [])
        }
        var ends: [Int] = []
        ends.reserveCapacity(count * columns)
        var total = 0
        var nulls: Set<Int> = []
        for row in 0..<Int32(count) {
            for column in 0..<Int32(columns) {
                if PQgetisnull(result, row, column) == 1 { nulls.insert(ends.count) }
                total += Int(PQgetlength(result, row, column))
                ends.append(total)
            }
        }
        let bytes = [UInt8](unsafeUninitializedCapacity: total) { buffer, filled in
            for row in 0..<Int32(count) {
                for column in 0..<Int32(columns) {
                    let length = Int(PQgetlength(result, row, column))
                    guard length > 0, let cell = PQgetvalue(result, row, column), let base = buffer.baseAddress else { continue }
                    memcpy(base + filled, cell, length)
                    filled += length
                }
            }
        }
        return PostgresRows(count: count, affected: affected, columns: columns, bytes: bytes, ends: ends, nulls: nulls)
    }
}

/// Notices hold nothing that the program acts on, and may hold values: they are not passed on.
private func ignoreNotice(_ context: UnsafeMutableRawPointer?, _ message: UnsafePointer<CChar>?) {}
