package import Base

/// How a source is opened and read.
package struct DemuxOptions: Sendable {
    /// Seconds until the source has to be open and its parameters known.
    package var openLimit = 15.0
    /// Seconds without a packet after which a live source counts as silent.
    package var silenceLimit = 10.0
    /// Wall-clock time of a file's first picture; a live source's pictures have the time of their arrival.
    package var fileStart = Timestamp(microseconds: 0)
    /// Whether a file starts over at its end; its times go on.
    package var repeatsFile = false
    /// The generation of the first packets; a caller that reconnects passes the last one plus one.
    package var firstGeneration = 0

    /// Whether sound is read as well.
    package var sound = false

    package init() {}
}
