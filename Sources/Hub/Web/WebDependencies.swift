package import Base
package import Logging

/// What the web server is built on.
package struct WebDependencies: Sendable {
    package var store: any EventStore & PresenceStore
    package var stream: EventFanout
    package var accounts: Accounts
    package var enrolment: Enrolment
    package var gate: NodeGate
    package var snapshots: Snapshots
    package var identities: Identities
    package var pictures: OfferedPictures
    package var journals: Journals
    package var segments: SegmentIntake
    package var cameras: CameraAdministration
    package var stars: StarService
    package var deletions: DeletionService
    package var playback: Playback
    package var uploads: UploadDesk
    package var relay: UploadRelay
    package var live: LiveCameras
    package var push: PushSender
    package var keyring: Keyring
    package var metrics: Metrics
    package var readiness: Readiness
    package var clock: any WallClock
    package var logger: Logger
    /// Seconds without a sighting after which a visit is over.
    package var visitPause: Double
    /// Whose word counts on where requests come from.
    package var trustedProxies: TrustedProxies

    package init(
        store: any EventStore & PresenceStore, stream: EventFanout, accounts: Accounts, enrolment: Enrolment, gate: NodeGate,
        snapshots: Snapshots, identities: Identities, pictures: OfferedPictures, journals: Journals, segments: SegmentIntake,
        cameras: CameraAdministration, stars: StarService, deletions: DeletionService, playback: Playback, uploads: UploadDesk,
        relay: UploadRelay, live: LiveCameras, push: PushSender, keyring: Keyring, metrics: Metrics,
        readiness: Readiness, clock: any WallClock, logger: Logger, visitPause: Double, trustedProxies: TrustedProxies = .nobody
    ) {
        self.store = store
        self.stream = stream
        self.accounts = accounts
        self.enrolment = enrolment
        self.gate = gate
        self.snapshots = snapshots
        self.identities = identities
        self.pictures = pictures
        self.journals = journals
        self.segments = segments
        self.cameras = cameras
        self.stars = stars
        self.deletions = deletions
        self.playback = playback
        self.uploads = uploads
        self.relay = relay
        self.live = live
        self.push = push
        self.keyring = keyring
        self.metrics = metrics
        self.readiness = readiness
        self.clock = clock
        self.logger = logger
        self.visitPause = visitPause
        self.trustedProxies = trustedProxies
    }
}
