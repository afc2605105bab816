import Base
private import HTTPTypes
package import Hummingbird
private import Protocol
private import Recording

/// The pages that people open.
package struct PageRoutes: Sendable {
    let store: any EventStore & PresenceStore
    let segments: any RecordingStore
    let cameras: CameraAdministration
    let identities: Identities
    let keyring: Keyring
    let readiness: Readiness
    let pages: Pages
    let clock: any WallClock

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/") { request, context in try await live(QueryParameters(request.uri.query), context) }
        router.get("/sign-in") { request, context in
            let next = SessionRoutes.localPath(QueryParameters(request.uri.query).first("next"))
            // A screen is nobody: whoever stands before it may sign in.
            if let session = context.session, session.kind != .kiosk {
                return Response(status: .seeOther, headers: [.location: next, .cacheControl: "no-store"])
            }
            var response = try pages.signIn(next: next, name: "", problem: nil)
            // A session that ended here and not in the browser.
            if context.session == nil, request.cookies[SessionMiddleware.cookie] != nil { SessionRoutes.clearCache(&response, context) }
            return response
        }
        router.get("/recordings") { _, context in try await recordings(context) }
        router.get("/system") { _, context in try await system(context) }
        router.get("/account") { _, context in try pages.account(visitor: PageVisitor(context), notice: notice(context)) }
        router.get("/components") { _, context in
            try pages.components(ComponentsView(visitor: PageVisitor(context), notice: notice(context)))
        }
        router.get("/audit") { _, context in try pages.audit(visitor: PageVisitor(context), notice: notice(context)) }
        router.get("/visitors") { _, context in try individuals(.person, context) }
        router.get("/pets") { _, context in try individuals(.pet, context) }
        router.get("/individuals/:id") { _, context in try await individual(context) }
        router.get("/wildlife") { _, context in
            try pages.wildlife(visitor: PageVisitor(context), notice: notice(context))
        }
        router.get("/cameras/:id") { _, context in try await camera(context) }
        router.get("/events/:id") { _, context in try await event(context) }
        router.get("/events") { request, context in try await events(QueryParameters(request.uri.query), context) }
    }

    /// The timeline as it is now. What the store cannot tell is left out, and the page says so.
    private func events(_ parameters: QueryParameters, _ context: WebContext) async throws -> Response {
        var view = EventsView(visitor: PageVisitor(context), notice: notice(context))
        do throws(Problem) {
            view.filter = try EventFilter(parameters)
        } catch {
            view.notice = "A filter of this address is wrong, so it was left out: \(error.detail)"
        }
        do throws(StoreError) {
            // The cursor first: what is committed while the list is read then comes over the stream once more, and not never.
            view.cursor = try await store.feedBounds().highest
            view.facets = try await store.facets(context.access.scope(.see))
            view.page = try await EventPage.read(EventQuery(context.access.scope(.see), view.filter), from: store)
            view.page.events = try await VisibleIncidents(store: store, scope: context.access.scope(.see))
                .fill(view.page.events.map { $0.shown(context) }, now: clock.now)
        } catch {
            view.cursor = nil
            view.notice = "The event store does not answer. New events are kept by the nodes and appear here when it is back."
        }
        return try pages.events(view)
    }

    /// One event, as its revision of now says it.
    private func event(_ context: WebContext) async throws -> Response {
        // What is committed while it is read comes over the stream once more, and not never.
        let cursor = try await store.feedBounds().highest
        guard let stored = try await store.event(try context.event) else { throw Problem.noEvent }
        var view = EventView(
            visitor: PageVisitor(context), notice: notice(context), event: stored.shown(context), cursor: cursor)
        func may(_ right: Right) -> Bool { context.access.may(right, site: stored.event.site, camera: stored.event.sourceID) }
        (view.operates, view.watches, view.administers) = (may(.operate), may(.watch), may(.administer))
        view.names = context.access.mayEverywhere(.identify) && context.access.mayEverywhere(.operate)
        return try pages.event(view)
    }

    /// All cameras or those of one site, and what they show.
    private func live(_ parameters: QueryParameters, _ context: WebContext) async throws -> Response {
        var view = LiveView(visitor: PageVisitor(context), notice: notice(context))
        view.isWhole = context.access.scope(.watch) == context.access.scope(.see)
        do throws(StoreError) {
            let nodes = try await NodeOverview.all(from: store, context.access.scope(.watch))
            view.show(nodes, site: parameters.first("site"))
        } catch {
            view.notice = "The event store does not answer. The cameras appear here when it is back."
        }
        return try pages.live(view)
    }

    /// What cameras have recorded; the script asks for one day of it.
    private func recordings(_ context: WebContext) async throws -> Response {
        var view = RecordingsView(visitor: PageVisitor(context), notice: notice(context))
        let scope = context.access.scope(.watch)
        do throws(StoreError) {
            var cameras: [RecordingsView.Camera] = []
            for node in try await NodeOverview.all(from: store, scope) {
                for camera in node.cameras {
                    let oldest = try await oldestRecording(camera.id, scope)
                    cameras.append(
                        RecordingsView.Camera(
                            id: camera.id, name: camera.name, node: node.node.name, oldest: oldest,
                            operates: context.access.may(.operate, site: node.node.site, camera: camera.id)))
                }
            }
            view.cameras = cameras
        } catch {
            view.isKnown = false
            view.notice = "The event store does not answer. Load this page again when it is back; the nodes go on recording."
        }
        return try pages.recordings(view)
    }

    /// When a camera's first recording begins that is still there; nil where there is none, or it is of a site that may not be watched.
    private func oldestRecording(_ camera: String, _ scope: AccessScope) async throws(StoreError) -> Timestamp? {
        let first = try await segments.segments(
            camera: camera, track: .main, from: Timestamp(microseconds: 0), to: clock.now, limit: 1
        ).first?.summary
        guard let first, scope.contains(site: first.site, camera: camera) else { return nil }
        return first.start
    }

    /// The nodes as they are now.
    private func system(_ context: WebContext) async throws -> Response {
        var view = SystemView(visitor: PageVisitor(context), notice: notice(context))
        if context.access.mayEverywhere(.administer) { view.keysWarning = keyring.state.warning }
        do throws(StoreError) { view.nodes = try await NodeOverview.all(from: store, context.access.scope(.see)) } catch {
            view.notice = "The event store does not answer. The nodes appear here when it is back."
        }
        return try pages.system(view)
    }

    /// Who is known; the script asks for them.
    private func individuals(_ kind: IndividualKind, _ context: WebContext) throws(Problem) -> Response {
        try pages.individuals(
            IndividualsView(
                visitor: PageVisitor(context), notice: notice(context), kind: kind, operates: context.access.mayEverywhere(.operate)))
    }

    /// Somebody who has a name; the script asks for what is known of them.
    private func individual(_ context: WebContext) async throws -> Response {
        guard let id = context.parameters.get("id").flatMap({ EventID($0) }), let record = try await identities.record(id) else {
            throw Problem.noIndividual
        }
        return try pages.individual(
            IndividualView(
                visitor: PageVisitor(context), notice: notice(context), individual: record.individual,
                operates: context.access.mayEverywhere(.operate)))
    }

    /// A camera's settings; the script asks for them.
    private func camera(_ context: WebContext) async throws -> Response {
        guard let id = context.parameters.get("id"), Identifier.isValid(id), let record = try await cameras.settings(of: id) else {
            throw Problem.noCamera
        }
        var view = CameraView(
            visitor: PageVisitor(context), notice: notice(context), camera: id, node: record.node
        )
        var query = EventQuery(context.access.scope(.see))
        query.cameras = [id]
        query.limit = CameraView.searched
        view.picture = try await store.events(query).first { $0.snapshot != nil }
        let site = try await store.nodes().first { $0.name == record.node }?.site
        view.operates = context.access.may(.operate, site: site, camera: id)
        view.isAdministered = site.map { context.access.scope(.administer).contains(site: $0) } ?? false
        view.watches = context.access.may(.watch, site: site, camera: id)
        let announced = try await store.presence(of: [record.node]).first?.state?.cameras?.first { $0.id == id }
        view.hasSubStream = announced?.subStream == true
        return try pages.camera(view)
    }

    /// What does not work; in detail for those who may see the whole installation.
    private func notice(_ context: WebContext) -> String? {
        if readiness.isReady { return nil }
        let parts = readiness.details.filter { $0.state != "ok" && $0.state != "starting" }.map { "\($0.part.rawValue): \($0.state)" }
        if parts.isEmpty { return nil }
        return "Not everything works. " + (context.access.mayEverywhere(.see) ? parts.joined(separator: "; ") + "." : "")
    }
}

extension EventQuery {
    /// The list that shows what a stream with this filter brings.
    fileprivate init(_ scope: AccessScope, _ filter: EventFilter) {
        self.init(scope)
        sites = filter.sites.sorted()
        cameras = filter.cameras.sorted()
        types = filter.types.sorted()
        minimumSeverity = filter.minimumSeverity
    }
}
