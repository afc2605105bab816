private import Crypto
private import Foundation
private import HTTPTypes
import Hummingbird
private import Mustache
private import NIOCore
private import Trust

/// The pages' templates. Values are escaped by Mustache: what a node or a person wrote stays text.
package struct Pages: Sendable {
    private let library: MustacheLibrary
    let assets: Assets

    package init(assets: Assets) {
        self.assets = assets
        var templates: [String: MustacheTemplate] = [:]
        for (name, source) in [
            ("page", PackageResources.page_mustache), ("sign-in", PackageResources.sign_in_mustache),
            ("problem", PackageResources.problem_mustache), ("events", PackageResources.events_mustache),
            ("event", PackageResources.event_mustache), ("event-row", PackageResources.event_row_mustache),
            ("bar", PackageResources.bar_mustache),
            ("live", PackageResources.live_mustache), ("live-tile", PackageResources.live_tile_mustache),
            ("recorded-day", PackageResources.recorded_day_mustache), ("system", PackageResources.system_mustache),
            ("node", PackageResources.node_mustache),
            ("node-camera", PackageResources.node_camera_mustache), ("camera", PackageResources.camera_mustache),
            ("welcome", PackageResources.welcome_mustache), ("individuals", PackageResources.individuals_mustache),
            ("individual", PackageResources.individual_mustache),
            ("wildlife", PackageResources.wildlife_mustache), ("account", PackageResources.account_mustache),
            ("audit", PackageResources.audit_mustache), ("recordings", PackageResources.recordings_mustache),
            ("trust", PackageResources.trust_mustache), ("kiosk", PackageResources.kiosk_mustache),
            ("kiosk-pairing", PackageResources.kiosk_pairing_mustache), ("offline", PackageResources.offline_mustache),
            ("components", PackageResources.components_mustache),
        ] {
            do { templates[name] = try MustacheTemplate(string: String(decoding: source, as: UTF8.self)) } catch {
                // The templates are part of the program, and a test renders each of them.
                preconditionFailure("the template \(name) is malformed: \(error)")
            }
        }
        library = MustacheLibrary(templates: templates)
    }

    /// The timeline.
    func events(_ view: EventsView) throws(Problem) -> Response {
        try render("events", view.values(icons: assets.address("icons.svg")), status: .ok)
    }

    /// One event.
    func event(_ view: EventView) throws(Problem) -> Response {
        try render("event", view.values(icons: assets.address("icons.svg")), status: .ok)
    }

    /// What all cameras show.
    func live(_ view: LiveView) throws(Problem) -> Response {
        try render("live", view.values(icons: assets.address("icons.svg")), status: .ok)
    }

    /// What cameras have recorded, by day.
    func recordings(_ view: RecordingsView) throws(Problem) -> Response {
        try render("recordings", view.values, status: .ok)
    }

    /// The nodes and their cameras.
    func system(_ view: SystemView) throws(Problem) -> Response {
        var values = view.values(icons: assets.address("icons.svg"))
        values["accountsScript"] = assets.address("accounts.js")
        values["screensScript"] = assets.address("screens.js")
        return try render("system", values, status: .ok)
    }

    /// People or pets.
    func individuals(_ view: IndividualsView) throws(Problem) -> Response {
        try render("individuals", view.values(icons: assets.address("icons.svg")), status: .ok)
    }

    /// Somebody who has a name.
    func individual(_ view: IndividualView) throws(Problem) -> Response {
        try render("individual", view.values, status: .ok)
    }

    /// What wild animals were seen.
    func wildlife(visitor: PageVisitor, notice: String?) throws(Problem) -> Response {
        var values = visitor.values
        values["isWildlife"] = true
        if let notice { values["notice"] = notice }
        return try render("wildlife", values, status: .ok)
    }

    /// One's own account.
    func account(visitor: PageVisitor, notice: String?) throws(Problem) -> Response {
        try render("account", still(visitor, notice), status: .ok)
    }

    /// Who did what.
    func audit(visitor: PageVisitor, notice: String?) throws(Problem) -> Response {
        try render("audit", still(visitor, notice), status: .ok)
    }

    /// Everything that pages are made of, for whoever makes one.
    func components(_ view: ComponentsView) throws -> Response {
        try render("components", view.values(icons: assets.address("icons.svg")), status: .ok)
    }

    /// Of a page that shows what it read, and follows nothing: it does not say whether it is live.
    private func still(_ visitor: PageVisitor, _ notice: String?) -> [String: Any] {
        visitor.values(notice).merging(["isStill": true]) { $1 }
    }

    /// One camera and its settings.
    func camera(_ view: CameraView) throws(Problem) -> Response {
        try render("camera", view.values(icons: assets.address("icons.svg")), status: .ok)
    }

    /// The sign-in form, with what went wrong.
    /// - Parameter asksForCode: Whether the account has a second factor; where nobody knows yet, the script asks when it turns out.
    func signIn(next: String, name: String, asksForCode: Bool = false, problem: Problem?) throws(Problem) -> Response {
        var values: [String: Any] = ["next": next, "name": name, "asksForCode": asksForCode]
        if let problem { values["problem"] = problem.detail }
        var response = try render("sign-in", values, status: problem?.status ?? .ok)
        if let wait = problem?.retryAfter { response.headers[.retryAfter] = String(wait) }
        return response
    }

    /// The form by which somebody who was invited gets an account, with what went wrong.
    /// - Parameter token: Of the link; nil where it cannot be used.
    /// - Parameter account: Of which it changes the password; nil where it makes one.
    func welcome(token: String?, name: String, account: String? = nil, problem: Problem?) throws(Problem) -> Response {
        var values: [String: Any] = ["name": name, "least": PasswordRule.leastCharacters]
        if let account { values["account"] = account }
        if let token { values["token"] = token }
        if let problem { values["problem"] = problem.detail }
        var response = try render("welcome", values, status: problem?.status ?? .ok)
        if let wait = problem?.retryAfter { response.headers[.retryAfter] = String(wait) }
        return response
    }

    /// How to install the hub's authority.
    /// - Parameters:
    ///   - authority: Its name, as devices list it.
    ///   - fingerprint: SHA-256 of its certificate in hexadecimal; shown as devices show it.
    func trust(authority: String, fingerprint: String) throws(Problem) -> Response {
        let digits = Array(fingerprint.uppercased())
        let pairs = stride(from: 0, to: digits.count, by: 2).map { String(digits[$0..<min($0 + 2, digits.count)]) }
        return try render("trust", ["authority": authority, "fingerprint": pairs.joined(separator: ":")], status: .ok)
    }

    /// What a screen shows.
    func kiosk(_ view: KioskView) throws(Problem) -> Response {
        var values = view.values
        values["build"] = try build(view)
        return try render("kiosk", values, status: .ok)
    }

    /// Of what the page of a screen is made now, style sheet and scripts included: whoever has another one loads the page again.
    func build(_ view: KioskView) throws(Problem) -> String {
        Hexadecimal.encode(SHA256.hash(data: Data(try text("kiosk", view.values).utf8)).prefix(8))
    }

    /// The code by which a browser becomes a screen.
    /// - Parameters:
    ///   - account: Who is signed in on this browser; nil where nobody is.
    ///   - isReturning: Whether it had a session that is not known at the moment.
    func kioskPairing(account: String?, isReturning: Bool) throws(Problem) -> Response {
        var values: [String: Any] = ["isReturning": isReturning]
        if let account { values["account"] = account }
        return try render("kiosk-pairing", values, status: .ok)
    }
    /// In place of any page while the hub cannot be reached. Browsers keep it, so it knows of nobody.
    func offline() throws(Problem) -> Response { try render("offline", [:], status: .ok) }

    /// The same as text, to tell one version of it from another.
    func offlineText() throws(Problem) -> String { try text("offline", [:]) }

    /// A page in place of the one that cannot be shown.
    func problem(_ problem: Problem) throws(Problem) -> Response {
        var response = try render("problem", ["title": problem.title, "detail": problem.detail], status: problem.status)
        if let wait = problem.retryAfter { response.headers[.retryAfter] = String(wait) }
        return response
    }

    private func render(_ name: String, _ values: [String: Any], status: HTTPResponse.Status) throws(Problem) -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: try text(name, values))))
    }

    private func text(_ name: String, _ values: [String: Any]) throws(Problem) -> String {
        var values = values
        values["css"] = assets.address("app.css")
        // Pages without one do not name it.
        values["script"] = assets.address("\(name).js")
        values["icons"] = assets.address("icons.svg")
        values["favicon"] = assets.address("favicon.svg")
        values["touchIcon"] = assets.address("app-maskable.png")
        values["darkGround"] = AppManifest.darkGround
        values["lightGround"] = AppManifest.lightGround
        guard let text = library.render(values, withTemplate: name) else {
            throw Problem(.internalServerError, "internal", "Something went wrong", "The page cannot be shown.")
        }
        return text
    }
}
