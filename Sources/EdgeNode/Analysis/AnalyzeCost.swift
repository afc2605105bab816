import Sight

/// What `vigilar-edge analyze` has cost, beside the pipeline's own counters.
struct AnalyzeCost: Sendable {
    /// CPU seconds of reading.
    var demux = 0.0
    /// CPU seconds of everything but looking.
    var total = 0.0
    var looking = LookCost()
}
