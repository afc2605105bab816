/// What becomes of the session with whose cookie a browser asks when it is given another one: nobody has its cookie then, unless it was copied.
struct ReplacedSession: Sendable {
    let kiosks: any KioskStore
    let accounts: Accounts
    let stream: EventFanout

    /// Ends it, with its streams; of a screen all there is. Where the store does not answer it stands in its list still, and can be ended there.
    func end(_ context: WebContext) async {
        guard let session = context.session else { return }
        switch session.kind {
        case .browser: _ = try? await accounts.end(session.tokenHash, of: session.account)
        case .kiosk: _ = try? await kiosks.deleteKiosk(session.tokenHash)
        // A program's own, and no cookie.
        case .token: return
        }
        accounts.forget(session: session.tokenHash)
        stream.end(session: session.tokenHash)
    }
}
