package import Hummingbird

/// Every route of the hub, in one place. The OpenAPI document lists those under `/api/v1`, and a test holds the two to each other.
package enum WebRouter {
    /// The router, middleware included.
    /// - Parameter isSecure: Whether the listener that it answers for speaks TLS.
    package static func build(_ dependencies: WebDependencies, isSecure: Bool) -> Router<WebContext> {
        let pages = Pages(assets: Assets())
        let router = Router(context: WebContext.self)
        router.add(middleware: OriginMiddleware(proxies: dependencies.trustedProxies, isSecure: isSecure))
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(middleware: ProblemMiddleware(pages: pages))
        router.add(middleware: SessionMiddleware(accounts: dependencies.accounts))
        router.add(middleware: AuditMiddleware(audit: dependencies.accounts.audit, clock: dependencies.clock))
        router.add(
            middleware: AccessMiddleware(
                events: dependencies.store, recordings: dependencies.segments.store, fleet: dependencies.journals.store))
        addRoutes(dependencies, pages: pages, to: router)
        return router
    }

    /// The routes by themselves.
    package static func addRoutes(_ dependencies: WebDependencies, pages: Pages, to router: some RouterMethods<WebContext>) {
        HealthRoutes(readiness: dependencies.readiness, metrics: dependencies.metrics).add(to: router)
        pages.assets.add(to: router)
        AppRoutes(pages: pages).add(to: router)
        SessionRoutes(
            kiosks: dependencies.journals.store, accounts: dependencies.accounts, stream: dependencies.stream, pages: pages
        ).add(to: router)
        WelcomeRoutes(
            kiosks: dependencies.journals.store, accounts: dependencies.accounts, stream: dependencies.stream, pages: pages
        ).add(to: router)
        OwnAccountRoutes(accounts: dependencies.accounts, stream: dependencies.stream).add(to: router)
        AccountRoutes(accounts: dependencies.accounts).add(to: router)
        PushRoutes(push: dependencies.push, clock: dependencies.clock).add(to: router)
        AuditRoutes(audit: dependencies.accounts.audit).add(to: router)
        EnrolmentRoutes(enrolment: dependencies.enrolment, gate: dependencies.gate).add(to: router)
        AuthorityRoutes(enrolment: dependencies.enrolment, pages: pages).add(to: router)
        EventRoutes(store: dependencies.store, clock: dependencies.clock).add(to: router)
        IncidentRoutes(store: dependencies.journals.store, clock: dependencies.clock).add(to: router)
        NoteRoutes(store: dependencies.journals.store, clock: dependencies.clock).add(to: router)
        VerdictRoutes(
            store: dependencies.journals.store, identities: dependencies.identities, clock: dependencies.clock,
            onChange: dependencies.journals.onChange
        ).add(to: router)
        NodeRoutes(store: dependencies.store).add(to: router)
        SnapshotRoutes(snapshots: dependencies.snapshots, gate: dependencies.gate).add(to: router)
        PortraitRoutes(identities: dependencies.identities, gate: dependencies.gate).add(to: router)
        IndividualRoutes(identities: dependencies.identities).add(to: router)
        PictureRoutes(pictures: dependencies.pictures).add(to: router)
        ErasureRoutes(identities: dependencies.identities, journals: dependencies.journals, clock: dependencies.clock).add(to: router)
        MergeRoutes(identities: dependencies.identities, store: dependencies.journals.store, clock: dependencies.clock).add(to: router)
        ExportRoute(identities: dependencies.identities, journals: dependencies.journals, clock: dependencies.clock).add(to: router)
        JournalRoutes(journals: dependencies.journals, accounts: dependencies.accounts, clock: dependencies.clock).add(to: router)
        RuleRoutes(journals: dependencies.journals, clock: dependencies.clock).add(to: router)
        VisitRoutes(store: dependencies.store, clock: dependencies.clock, pause: dependencies.visitPause).add(to: router)
        RecordingRoutes(intake: dependencies.segments, gate: dependencies.gate).add(to: router)
        StarRoutes(store: dependencies.segments.store, stars: dependencies.stars, playback: dependencies.playback).add(to: router)
        DeletionRoutes(
            store: dependencies.segments.store, deletions: dependencies.deletions, playback: dependencies.playback
        ).add(to: router)
        CameraRoutes(cameras: dependencies.cameras).add(to: router)
        PlaybackRoutes(playback: dependencies.playback, accounts: dependencies.accounts, clock: dependencies.clock).add(to: router)
        UploadRoutes(desk: dependencies.uploads, gate: dependencies.gate, relay: dependencies.relay).add(to: router)
        LiveRoutes(
            events: dependencies.store, recordings: dependencies.segments.store, sites: CameraSites(fleet: dependencies.journals.store),
            live: dependencies.live, accounts: dependencies.accounts,
            clock: dependencies.clock
        ).add(to: router)
        KioskRoutes(
            store: dependencies.journals.store, accounts: dependencies.accounts, stream: dependencies.stream, pages: pages,
            clock: dependencies.clock
        ).add(to: router)
        KeyRoutes(keyring: dependencies.keyring).add(to: router)
        OpenAPIRoute().add(to: router)
        EventStreamRoute(store: dependencies.store, fanout: dependencies.stream).add(to: router)
        PageRoutes(
            store: dependencies.store, segments: dependencies.segments.store, cameras: dependencies.cameras,
            identities: dependencies.identities, keyring: dependencies.keyring, readiness: dependencies.readiness, pages: pages,
            clock: dependencies.clock
        ).add(to: router)
    }
}
