package import Media
package import MediaTypes
import Protocol
import Vision

/// From packets to motion: gate, decoder, background, episodes. The live node and `vigilar-edge analyze` run this same code.
///
/// Owned by one thread. Memory is bounded by the two groups of pictures that `MotionGate` lets it hold.
package struct AnalysisPipeline: ~Copyable {
    package private(set) var counters = AnalysisCounters()
    /// Something moves that a detector follows, although it may not count as motion: pictures are wanted.
    package var isFollowing = false

    private var settings: AnalysisSettings
    private var stream: StreamInfo
    private var gate: MotionGate
    private var decoders: DecoderPair
    private var reducer = LumaReducer()
    private var detector: MotionDetector
    private var episodes = MotionEpisodes()
    /// Nil where nobody wants pictures.
    private var picker: SnapshotPicker<HeldPicture>?
    /// Nil where no detector looks.
    private var looks: LookPacer?
    private var numbering = FrameNumbering()
    private var previous = HeldGroup()
    private var current = HeldGroup()
    /// Frames up to this one have been observed; what a decoder gives again is passed over.
    private var observedThrough: MediaTime?
    private var inMotion = false
    private var outputs: [AnalysisOutput] = []

    /// A picture taken out of the decoder: small enough to keep.
    private struct Picture {
        var luma: ReducedLuma
        var frame: DecodedPicture
        var held: HeldPicture?
    }

    /// - Parameters:
    ///   - pictures: Whether a picture of each episode is given out; nothing else changes by it.
    ///   - looks: Whether pictures are given out for a detector to look at; nothing else changes by it.
    package init(_ stream: StreamInfo, settings: AnalysisSettings = AnalysisSettings(), pictures: Bool = false, looks: Bool = false) {
        self.settings = settings
        self.stream = stream
        gate = MotionGate(enabled: settings.gate, pixels: stream.width * stream.height)
        decoders = DecoderPair(stream)
        detector = MotionDetector(settings: settings.motion)
        picker = pictures ? SnapshotPicker() : nil
        self.looks = looks ? LookPacer() : nil
    }

    /// The stream's codec or parameters changed, or it was opened anew: the packets that follow belong to `stream`.
    /// - Returns: What the frames before it still had to give.
    package mutating func restart(with stream: StreamInfo) throws(MediaError) -> [AnalysisOutput] {
        let last = try finish()
        self.stream = stream
        decoders = DecoderPair(stream)
        gate = MotionGate(enabled: settings.gate, pixels: stream.width * stream.height)
        previous = HeldGroup()
        current = HeldGroup()
        observedThrough = nil
        detector.restartClock()
        numbering.startOver()
        return last
    }

    /// Other settings, from the next packet on, which must be a keyframe.
    /// - Returns: What the frames before it still had to give.
    package mutating func change(to settings: AnalysisSettings, pictures: Bool) throws(MediaError) -> [AnalysisOutput] {
        self.settings = settings
        let last = try restart(with: stream)
        detector.change(to: settings.motion)
        if pictures != (picker != nil) { picker = pictures ? SnapshotPicker() : nil }
        return last
    }

    /// Takes the next packet in decoding order.
    /// - Throws: `MediaError` where no decoder can be made. Damaged packets are counted and passed over.
    package mutating func accept(_ packet: EncodedPacket) throws(MediaError) -> [AnalysisOutput] {
        counters.frames += 1
        numbering.note(packet.presentationTime)
        let action = gate.take(keyframe: packet.isKeyframe, size: packet.data.count, at: packet.presentationTime)
        if packet.isKeyframe, action != .keep { beginGroup(continuing: action == .decode) }
        current.packets.append(packet)
        switch action {
        case .decode:
            try decodePending()
        case .keep:
            break
        case .probe:
            try probe(packet)
        case .wake(let trigger):
            count(trigger)
            try decodePending()
        }
        if !settings.gate || !gate.isAsleep { forgetDecoded() }
        defer { outputs.removeAll(keepingCapacity: true) }
        return outputs
    }

    /// The stream has ended: decodes what is pending where something moves, and ends the running episode.
    package mutating func finish() throws(MediaError) -> [AnalysisOutput] {
        if !gate.isAsleep {
            try decodePending()
            if let slot = current.slot { try drain(slot: slot) }
        }
        if let ended = episodes.finish() {
            if let shot = picker?.end() { outputs.append(.shot(shot)) }
            outputs.append(.episode(ended))
        }
        inMotion = false
        defer { outputs.removeAll(keepingCapacity: true) }
        return outputs
    }

    private mutating func beginGroup(continuing: Bool) {
        let slot = current.slot
        previous = current
        current = HeldGroup()
        if continuing {
            current.slot = slot ?? 0
        } else {
            current.slot = nil
        }
    }

    /// Awake, decoded packets are only kept as far as a sleep could need them: not at all, as a decoder goes on where it stands.
    private mutating func forgetDecoded() {
        previous = HeldGroup()
        if current.slot != nil {
            current.packets.removeFirst(current.given)
            current.given = 0
        }
    }

    private mutating func count(_ trigger: GateTrigger) {
        switch trigger {
        case .keyframe: counters.wakesByKeyframe += 1
        case .packetSize: counters.wakesByPacketSize += 1
        case .memory: counters.wakesByMemory += 1
        case .none: break
        }
    }

    /// Looks at a keyframe by itself. If something is there, first the group before it is decoded from where it was left, so that the
    /// movement is seen from its first frame.
    private mutating func probe(_ packet: EncodedPacket) throws(MediaError) {
        let slot = previous.slot == 0 ? 1 : 0
        decoders.reset(slot: slot)
        var pictures = try decode(packet, slot: slot)
        current.given = 1
        current.slot = slot
        if pictures.isEmpty {
            pictures = try decode(nil, slot: slot)
            current.slot = nil
        }
        let started = ThreadCPUClock.seconds
        let suspicious = pictures.last.map { detector.suspects($0.luma) } ?? true
        counters.motionSeconds += ThreadCPUClock.seconds - started
        if case .wake(let trigger) = gate.probed(suspicious: suspicious, at: packet.presentationTime) {
            count(trigger)
            try decodePrevious()
            for picture in pictures { observe(picture) }
            if current.slot == nil { current.given = 0 }
        } else {
            for picture in pictures { observe(picture) }
        }
    }

    private mutating func decodePrevious() throws(MediaError) {
        guard !previous.packets.isEmpty else { return }
        let slot = previous.slot ?? (current.slot == 0 ? 1 : 0)
        if previous.slot == nil {
            decoders.reset(slot: slot)
            previous.given = 0
        }
        for packet in previous.pending {
            for picture in try decode(packet, slot: slot) { observe(picture) }
        }
        try drain(slot: slot)
        previous = HeldGroup()
    }

    /// Decodes what is left of the present group.
    private mutating func decodePending() throws(MediaError) {
        if current.slot == nil {
            // The decoder that looked at the keyframe was emptied for it: start again at the keyframe.
            current.slot = 0
            current.given = 0
            decoders.reset(slot: 0)
        }
        let slot = current.slot ?? 0
        while current.given < current.packets.count {
            let packet = current.packets[current.given]
            current.given += 1
            for picture in try decode(packet, slot: slot) { observe(picture) }
            // Asleep again: the rest stays undecoded until something calls for it.
            if gate.isAsleep { return }
        }
    }

    private mutating func drain(slot: Int) throws(MediaError) {
        for picture in try decode(nil, slot: slot) { observe(picture) }
        decoders.reset(slot: slot)
    }

    /// - Parameter packet: nil takes out what the decoder still holds.
    private mutating func decode(_ packet: EncodedPacket?, slot: Int) throws(MediaError) -> [Picture] {
        var pictures: [Picture] = []
        let started = ThreadCPUClock.seconds
        var reducing = 0.0
        var seen = 0
        var reducer = self.reducer
        let holds = picker != nil || looks != nil
        func take(_ frame: DecodedPicture, _ luma: Span<UInt8>, _ whole: borrowing LentPicture) {
            let begun = ThreadCPUClock.seconds
            seen += 1
            if let small = reducer.reduce(luma, width: frame.width, height: frame.height, stride: frame.lumaStride) {
                pictures.append(Picture(luma: small, frame: frame, held: holds ? whole.hold() : nil))
            }
            reducing += ThreadCPUClock.seconds - begun
        }
        if let packet { try decoders.decode(packet, slot: slot, take) } else { try decoders.flush(slot: slot, take) }
        self.reducer = reducer
        account(seen: seen, usable: pictures.count, since: started, reducing: reducing)
        return pictures
    }

    private mutating func account(seen: Int, usable: Int, since started: Double, reducing: Double) {
        counters.decoded += seen
        counters.rejected += seen - usable
        counters.reduceSeconds += reducing
        counters.decodeSeconds += ThreadCPUClock.seconds - started - reducing
    }

    private mutating func observe(_ picture: Picture) {
        let time = picture.frame.presentationTime
        if let observedThrough, time <= observedThrough { return }
        observedThrough = time
        let started = ThreadCPUClock.seconds
        let observation = detector.observe(picture.luma, at: time)
        counters.motionSeconds += ThreadCPUClock.seconds - started
        gate.observed(suspicious: observation.suspicion || isFollowing, began: observation.motion && !inMotion, at: time)
        inMotion = observation.motion
        let changes = episodes.observe(
            observation, at: time, timestamp: picture.frame.timestamp, trigger: gate.trigger, woke: gate.triggerTime)
        offer(picture, observation)
        let frame = FrameAnalysis(
            index: numbering.number(of: time), time: time, timestamp: picture.frame.timestamp, observation: observation)
        outputs.append(.frame(frame))
        pick(from: picture, observation, changes)
        for change in changes { outputs.append(.episode(change)) }
    }

    private mutating func offer(_ picture: Picture, _ observation: MotionObservation) {
        let time = picture.frame.presentationTime
        let moves = observation.motion || isFollowing
        guard let held = picture.held, looks?.isDue(at: time, moves: moves, may: !observation.suspects.isEmpty) == true else { return }
        let episode = episodes.current.map {
            SceneLook.Episode(event: $0.event, start: $0.start, startTimestamp: $0.startTimestamp)
        }
        outputs.append(
            .look(
                SceneLook(
                    time: time, timestamp: picture.frame.timestamp, observation: observation, episode: episode, picture: held,
                    isDamaged: picture.frame.isDamaged)))
    }

    /// Shots come ahead of the step that they belong to, so that an event that ends can know of its picture.
    private mutating func pick(from picture: Picture, _ observation: MotionObservation, _ changes: [MotionEpisodeChange]) {
        guard picker != nil else { return }
        var shots: [SnapshotShot<HeldPicture>?] = []
        for change in changes {
            switch change.phase {
            case .started: picker?.begin(change.event, at: change.start)
            case .updated: break
            case .ended: shots.append(picker?.end())
            }
        }
        if observation.motion, let held = picture.held {
            picker?.offer(
                held, worth: observation.score * observation.area, isDamaged: picture.frame.isDamaged,
                boxes: observation.boxes.compactMap { SnapshotBox(.motion, $0) })
        }
        shots.append(picker?.due(at: picture.frame.presentationTime))
        for case let shot? in shots { outputs.append(.shot(shot)) }
    }
}
