package enum CountBucket: String, Sendable { case hour, day }
