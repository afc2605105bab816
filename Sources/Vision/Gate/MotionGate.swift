package import MediaTypes

/// Decides which packets of one camera have to be decoded. A state machine: packets and findings in, actions out.
///
/// Awake, everything is decoded. Asleep, only keyframes are, to be compared with the background, and packet sizes are watched; where
/// packets are so small and even that they tell by themselves, every second keyframe is passed over. See
/// `docs/design/motion.md` for what this can and cannot miss.
package struct MotionGate: Sendable {
    package enum Action: Sendable, Hashable {
        /// Decode it in order.
        case decode
        /// Keep it in memory. A keyframe to be kept continues the group before it.
        case keep
        /// Decode this keyframe by itself, compare it with the background, and report by `probed`.
        case probe
        /// Decode what is kept of this group, then go on decoding.
        case wake(GateTrigger)
    }

    /// The longest group of pictures, seconds, over which keyframes alone may guard.
    package static let longestUnproven = 2.05
    /// Seconds without anything suspicious before it sleeps.
    package static let quietBeforeSleep = 0.5
    /// Seconds of the stream that are always decoded at the start.
    package static let firstWatch = 2.2
    /// What may be kept in memory of one group of pictures.
    package static let mostBytes = 12 << 20
    package static let mostPackets = 900

    /// Bytes a frame per pixel of a moving thing, at the least that was measured (a walker in a 1080p stream of 0.4 KB a frame).
    private static let cheapestPixel = 0.025
    /// A thing of this fraction of the frame must be above the alarm level of the packet sizes for these to stand in for a keyframe.
    private static let telltaleArea = 0.01

    package let enabled: Bool
    private let telltaleBytes: Double
    package private(set) var isAsleep = false
    /// What ended the last sleep, and the time of the packet that did.
    package private(set) var trigger = GateTrigger.none
    package private(set) var triggerTime: MediaTime?
    package private(set) var sizes = PacketSizeModel()

    private var start: MediaTime?
    private var groupStart: MediaTime?
    private var groupLength = 0.0
    private var lastSuspicion: MediaTime?
    private var groupIsQuiet = true
    private var previousGroupShown = false
    private var groupShown = false
    private var passedKeyframe = false
    private var heldBytes = 0
    private var heldPackets = 0

    /// - Parameter pixels: Of a frame.
    package init(enabled: Bool, pixels: Int) {
        self.enabled = enabled
        telltaleBytes = Double(max(0, pixels)) * Self.telltaleArea * Self.cheapestPixel
    }

    /// Whether packets are so small and even while nothing moves that a thing could not come and go without showing in them.
    private var sizesTell: Bool { sizes.isProven || (sizes.alarmBytes.map { $0 < telltaleBytes } ?? false) }

    /// Takes the next packet in decoding order.
    package mutating func take(keyframe: Bool, size: Int, at time: MediaTime) -> Action {
        if start == nil { start = time }
        guard enabled else { return .decode }
        if keyframe { return takeKeyframe(size: size, at: time) }
        heldBytes &+= max(0, size)
        heldPackets += 1
        let unusual = sizes.take(size: size)
        if unusual { groupShown = true }
        guard isAsleep else { return .decode }
        if unusual { return wake(.packetSize, at: time) }
        if heldBytes > Self.mostBytes || heldPackets > Self.mostPackets { return wake(.memory, at: time) }
        if !sizes.isProven, let groupStart, time.seconds(since: groupStart) > Self.longestUnproven { return wake(.memory, at: time) }
        return .keep
    }

    private mutating func takeKeyframe(size: Int, at time: MediaTime) -> Action {
        if let groupStart { groupLength = max(0, time.seconds(since: groupStart)) }
        guard isAsleep else {
            endGroup(at: time, quiet: groupIsQuiet)
            return .decode
        }
        heldBytes &+= max(0, size)
        heldPackets += 1
        let unusual = groupShown
        guard !passedKeyframe, !unusual, groupLength <= Self.longestUnproven, heldBytes <= Self.mostBytes / 2, sizesTell else {
            return .probe
        }
        passedKeyframe = true
        endGroup(at: time, quiet: true)
        return .keep
    }

    /// What the keyframe of a `probe` looked like. Returns `keep` (go on sleeping) or `wake`.
    package mutating func probed(suspicious: Bool, at time: MediaTime) -> Action {
        endGroup(at: time, quiet: !suspicious)
        passedKeyframe = false
        heldBytes = 0
        heldPackets = 0
        return suspicious ? wake(.keyframe, at: time) : .keep
    }

    private mutating func endGroup(at time: MediaTime, quiet: Bool) {
        sizes.endGroup(quiet: quiet)
        previousGroupShown = groupShown
        groupShown = false
        groupIsQuiet = true
        groupStart = time
    }

    private mutating func wake(_ cause: GateTrigger, at time: MediaTime) -> Action {
        isAsleep = false
        passedKeyframe = false
        heldBytes = 0
        heldPackets = 0
        trigger = cause
        triggerTime = time
        lastSuspicion = time
        return .wake(cause)
    }

    /// What a decoded picture showed, in the order of display.
    /// - Parameter began: Movement begins with this picture.
    package mutating func observed(suspicious: Bool, began: Bool, at time: MediaTime) {
        guard enabled else { return }
        if began { sizes.noteBeginning(shown: groupShown || previousGroupShown) }
        if suspicious {
            groupIsQuiet = false
            lastSuspicion = time
            return
        }
        guard !isAsleep, let start, time.seconds(since: start) >= Self.firstWatch else { return }
        if let lastSuspicion, time.seconds(since: lastSuspicion) < Self.quietBeforeSleep { return }
        if groupLength > 0, groupLength <= Self.longestUnproven || sizes.isProven { isAsleep = true }
    }
}
