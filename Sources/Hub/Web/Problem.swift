private import Base
private import Foundation
package import HTTPTypes
package import Hummingbird
private import NIOCore
private import Protocol
package import Recording

/// An RFC 9457 problem document. Its detail says what to do and holds nothing secret.
package struct Problem: Error, Sendable, HTTPResponseError, CustomStringConvertible {
    package let status: HTTPResponse.Status
    /// Last part of `type`, `/problems/{kind}`, which the reference explains.
    package let kind: String
    package let title: String
    package let detail: String
    /// The query or body member at fault.
    package let parameter: String?
    package let retryAfter: Int?
    /// Members of its kind besides, as JSON with a comma before each.
    package let more: String
    /// Whether it is what somebody gets who may not know that there is such a thing, and who asks for what is not there.
    private(set) var isWithheld = false

    package init(
        _ status: HTTPResponse.Status, _ kind: String, _ title: String, _ detail: String, parameter: String? = nil, retryAfter: Int? = nil,
        more: String = ""
    ) {
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.parameter = parameter
        self.retryAfter = retryAfter
        self.more = more
    }

    package static let unauthorized = Problem(
        .unauthorized, "unauthorized", "Not signed in", "Sign in with POST /api/v1/session, or at /sign-in.")
    package static let notFound = Problem(.notFound, "not-found", "Not found", "There is nothing at this address.")
    /// The same to the caller as `notFound`, and a line of the audit log.
    static let withheld: Problem = {
        var problem = notFound
        problem.isWithheld = true
        return problem
    }()
    package static let noEvent = Problem(
        .notFound, "not-found", "No such event", "There is no event of this id, or it was deleted.")
    package static let noIncident = Problem(
        .notFound, "not-found", "No such incident", "There is no incident with this id: it was never one, or it has been deleted.")
    package static let mayNotIdentify = Problem(
        .forbidden, "names-withheld", "Names are not shown to this account",
        "This shows who is known. Ask the administrator for an account that may see faces and names.")
    /// - Parameter rights: Those that are missing.
    package static func mayNot(_ rights: [Right]) -> Problem {
        if rights.contains(.identify) { return mayNotIdentify }
        let what =
            switch rights.first {
            case .watch: "see live or recorded video"
            case .administer: "change nodes, cameras or accounts"
            default: "change this"
            }
        return Problem(
            .forbidden, "not-allowed", "Not allowed", "This account may not \(what) here. Ask an administrator for the right to.")
    }

    /// The same of what is there and of what is not.
    package static let notForKiosks = Problem(
        .forbidden, "not-allowed", "Not allowed",
        "This browser is a screen: it shows its cameras on the page /kiosk, and nothing else. Sign in at /sign-in to use it for more.")

    package static let crossOrigin = Problem(
        .forbidden, "cross-origin", "Refused from another site",
        "A request that changes something must come from this site: send Origin or Sec-Fetch-Site with it.")

    /// A parameter that cannot be understood.
    package static func parameter(_ name: String, _ rule: String) -> Problem {
        Problem(.badRequest, "bad-parameter", "A parameter is wrong", "\(name) \(rule).", parameter: name)
    }

    /// A body that cannot be understood.
    package static func body(_ rule: String) -> Problem {
        Problem(.badRequest, "bad-body", "The request's body is wrong", rule)
    }

    package init(store error: StoreError) {
        self.init(
            .serviceUnavailable, "store-unavailable", "The event store does not answer",
            "Stored events cannot be read or changed at the moment; nothing is lost. Try again soon.", retryAfter: 2)
    }

    package init(account error: AccountError) {
        switch error.code {
        case .wrongCredentials:
            self.init(.unauthorized, "wrong-credentials", "Sign-in refused", "The name or the password is not right.")
        case .wrongPassword:
            self.init(.forbidden, "wrong-password", "The password is not right", error.message, parameter: "password")
        case .codeNeeded: self.init(.unauthorized, "code-needed", "A code is needed", error.message, parameter: "code")
        case .wrongCode: self.init(.forbidden, "wrong-code", "The code is not right", error.message, parameter: "code")
        case .throttled:
            self.init(.tooManyRequests, "throttled", "Too many attempts", "\(error.message).", retryAfter: error.retryAfter)
        case .busy:
            self.init(.serviceUnavailable, "busy", "Too much at once", "\(error.message).", retryAfter: error.retryAfter)
        case .unusableLink: self.init(.gone, "unusable-link", "The link cannot be used", error.message)
        case .unusableName: self.init(.conflict, "unusable-name", "The name cannot be used", error.message, parameter: "name")
        case .unusablePassword:
            self.init(.badRequest, "unusable-password", "The password cannot be used", error.message, parameter: "password")
        case .unusable, .store:
            self.init(
                .serviceUnavailable, "store-unavailable", "The event store does not answer",
                "Nobody can sign in until the event store answers again.", retryAfter: 2)
        }
    }

    package init(enrolment error: EnrolmentError) {
        switch error.code {
        case .malformed: self = .body(error.description)
        case .unknownInvitation: self.init(.forbidden, "unknown-invitation", "No such invitation", error.description)
        case .usedInvitation: self.init(.gone, "used-invitation", "The invitation is used", error.description)
        case .expiredInvitation: self.init(.gone, "expired-invitation", "The invitation has expired", error.description)
        case .refused: self.init(.forbidden, "refused", "The node may not connect", error.description)
        case .tooSoon: self.init(.tooManyRequests, "too-soon", "Too soon", error.description, retryAfter: 30)
        }
    }

    package static let noCamera = Problem(
        .notFound, "not-found", "No such camera", "There is no camera of this id, or no node has named it yet.")

    /// Settings that would take the place of others that nobody has looked at.
    package static func settingsConflict(_ camera: String) -> Problem {
        Problem(
            .conflict, "conflict", "The settings were changed on the node",
            "Look at both with GET /api/v1/cameras/\(camera)/config, decide, and send again with ?over= and the digest that it answers.")
    }

    package init(cameraChange error: CameraChangeError) {
        switch error.code {
        case .unknownNode: self.init(.notFound, "not-found", "No such node", error.description)
        case .unknownCamera: self = .noCamera
        case .foreignCamera: self.init(.conflict, "foreign-camera", "Another node's camera", error.description)
        case .notJoined: self.init(.conflict, "not-joined", "The node has not joined", error.description)
        case .unusable: self = .body(error.description)
        case .refused: self.init(.badGateway, "node-refused", "The node refuses", error.description)
        case .away: self.init(.gatewayTimeout, "node-away", "The node does not answer", error.description)
        }
    }

    package init(snapshot refusal: SnapshotRefusal) {
        switch refusal {
        case .unknownEvent:
            self.init(.conflict, "unknown-event", "The event is not stored yet", "Send the picture again when its event is acknowledged.")
        case .foreignEvent: self.init(.forbidden, "foreign-event", "Another node's event", "The event of this id is another node's.")
        case .unreadable:
            self.init(
                .badRequest, "bad-snapshot", "The picture cannot be used",
                "Seal two JPEGs to the hub's key, for this node, event and rank; the design page on pictures says how.")
        case .tooLarge:
            self.init(
                .contentTooLarge, "body-too-large", "The request's body is too large",
                "At most \(SnapshotWire.maximumBox) bytes are taken.")
        case .busy: self.init(.serviceUnavailable, "busy", "Too much at once", "Send the picture again in a moment.", retryAfter: 1)
        }
    }

    /// - Parameter path: Of the request; the parts that can be played are given as addresses on it.
    package init(playback error: PlaybackError, path: String, track: SegmentTrack = .main) {
        switch error {
        case .nothingRecorded:
            self.init(.notFound, "nothing-recorded", "Nothing is recorded", "Nothing of this time is recorded, or it was deleted.")
        case .tooLong: self = .parameter("to", "may be at most 24 hours after from")
        case .tracksChange(let spans):
            let parts = spans.map { span in
                let (from, to) = (span.lowerBound.rfc3339, span.upperBound.rfc3339)
                return
                    "{\"from\":\"\(from)\",\"to\":\"\(to)\",\"video\":\"\(path)?from=\(from)&to=\(to)\(track == .main ? "" : "&track=\(track.rawValue)")\"}"
            }
            self.init(
                .conflict, "stream-changed", "The camera's stream changed",
                "One file cannot hold all of it: ask for each of the parts under playable by itself.",
                more: ",\"playable\":[\(parts.joined(separator: ","))]")
        }
    }

    package init(playback failure: PlaybackFailure) {
        switch failure {
        case .away(let node, let since):
            let words = since.map { ", since \($0.rfc3339)" } ?? ""
            self.init(
                .serviceUnavailable, "recording-away", "The node does not answer",
                "The recording is on the node \(node), which does not answer\(words). It can be played when the node is back.",
                retryAfter: 15,
                more: since.map { ",\"since\":\"\($0.rfc3339)\"" } ?? "")
        case .gone: self.init(.notFound, "nothing-recorded", "Nothing is recorded", "The node has deleted the recording.")
        case .busy:
            self.init(.serviceUnavailable, "busy", "Too much at once", "The node sends as much as it can: try again.", retryAfter: 5)
        case .broken(let words):
            self.init(.badGateway, "broken-recording", "The recording does not arrive", "Try again. What happened: \(words).")
        case .cancelled: self.init(.serviceUnavailable, "busy", "Broken off", "Try again.", retryAfter: 1)
        }
    }

    /// A node that cannot use its recordings.
    /// - Parameter why: In its own words, with what to do.
    package init(unrecorded why: String, on node: String) {
        self.init(
            .badGateway, "broken-recording", "The node cannot use its recordings",
            "The recording is on the node \(node), where \(why). It plays when that is mended.")
    }

    /// What any error looks like from outside.
    package init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as StoreError: self.init(store: error)
        case let error as AccountError: self.init(account: error)
        case let error as EnrolmentError: self.init(enrolment: error)
        case let error as CameraChangeError: self.init(cameraChange: error)
        case let failure as PlaybackFailure: self.init(playback: failure)
        case let error as PushError: self.init(push: error)
        case let error as RecordingError: self.init(playback: .broken(error.message))
        case let error as HTTPError where error.status == .notFound: self = .notFound
        case let error as HTTPError where error.status.code < 500:
            self.init(error.status, "bad-request", error.status.reasonPhrase, error.body ?? "The request cannot be handled.")
        default:
            self.init(.internalServerError, "internal", "Something went wrong", "The hub has logged what happened.")
        }
    }

    package var description: String { "\(status.code) \(kind): \(detail)" }

    package func response(from request: Request, context: some RequestContext) throws -> Response { response() }

    /// The problem document.
    package func response() -> Response {
        var out: [UInt8] = Array("{\"type\":\"/problems/\(kind)\",\"title\":".utf8)
        JSONText.append(title, to: &out)
        out.append(contentsOf: ",\"status\":\(status.code),\"detail\":".utf8)
        JSONText.append(detail, to: &out)
        if let parameter {
            out.append(contentsOf: ",\"parameter\":".utf8)
            JSONText.append(parameter, to: &out)
        }
        out += more.utf8
        out.append(UInt8(ascii: "}"))
        var headers: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
        if let retryAfter { headers[.retryAfter] = String(retryAfter) }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: out)))
    }
}
