// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "protocol/catalogmessages.h"
#include "protocol/frontendmessages.h"
#include "protocol/ordermessages.h"

#include <optional>
#include <random>
#include <variant>
#include <vector>

namespace toystore
{

/// The frontend's choice of a leader (docs/architecture.md, "Election"). Pure: what happened comes in with
/// its time, what is to be done goes out as effects, in their order. For one thread at a time.
///
/// An election: health_check to all replicas at once, the best that answers is the candidate; begin_epoch
/// moves the ledger's epoch by compare-and-set, which fences the old leader; update_leader to all; when the
/// candidate itself answers Success it has fetched what it lacked and leads. What is safe is decided by the
/// ledger alone; this class only has to get somewhere, soon.
class Elector
{
public:
    static constexpr Milliseconds checkInterval{100};   ///< between health checks of the leader
    static constexpr int followerRounds = 10;           ///< every so many of them go to the followers too
    static constexpr Milliseconds electionWait{100};    ///< for the answers to an election's checks
    static constexpr Milliseconds silenceLimit{300};    ///< unanswered for so long, a leader is lost
    static constexpr Milliseconds leastBackOff{10};     ///< before an election that might meet another's
    static constexpr Milliseconds mostBackOff{50};      ///< both included
    static constexpr Milliseconds passOver{500};        ///< how long an unfit replica is not chosen again
    static constexpr Milliseconds catalogSettling{300}; ///< reconnects of others may lag behind ours
    static constexpr Milliseconds retryInterval{100};   ///< after an attempt that found nobody

    // Effects. Every request is answered once by the input named with it; a failed call is an answer too.
    struct SendHealthCheck { ///< healthAnswered()
        ReplicaId to;
        quint64 check = 0;
    };
    struct SendUpdateLeader { ///< leaderUpdated()
        ReplicaId to;
        ReplicaId leader;
        qint64 epoch = 0;
    };
    struct SendLeadership { ///< leadershipAnswered()
        quint64 call = 0;
    };
    struct SendBeginEpoch { ///< epochBegun()
        quint64 call = 0;
        BeginEpoch request;
    };
    struct ElectionBegan {
        QByteArray reason;
    };
    struct LeaderReady { ///< buys may be sent to it, with this epoch
        ReplicaId leader;
        qint64 epoch = 0;
    };
    struct LeaderLost { ///< buys under way there are to be sent again to the next one
        ReplicaId leader;
        qint64 epoch = 0;
        QByteArray reason;
    };
    using Effect = std::variant<SendHealthCheck, SendUpdateLeader, SendLeadership, SendBeginEpoch,
                                ElectionBegan, LeaderReady, LeaderLost>;
    using Effects = std::vector<Effect>;

    struct Leader {
        ReplicaId id;
        qint64 epoch = 0;

        bool operator==(const Leader &) const = default;
    };

    /// @p seed: of the back-off's randomness, different in every process. Of each replica's connection
    /// nothing is known until the first replicaConnected() or replicaDisconnected().
    Elector(const QList<ReplicaId> &replicas, quint32 seed, Instant now);

    [[nodiscard]] Effects replicaConnected(ReplicaId replica, Instant now);
    /// Also: its first connection attempt failed. Again for one that is down: nothing happens.
    [[nodiscard]] Effects replicaDisconnected(ReplicaId replica, Instant now);
    [[nodiscard]] Effects healthAnswered(ReplicaId replica, quint64 check,
                                         const Result<HealthCheck::Answer> &answer, Instant now);
    [[nodiscard]] Effects leaderUpdated(ReplicaId replica, Leader told,
                                        const Result<UpdateLeader::Answer> &answer, Instant now);
    /// Whether this frontend itself reaches the catalog; as it changes.
    [[nodiscard]] Effects catalogReached(Instant now);
    [[nodiscard]] Effects catalogLost(Instant now);
    [[nodiscard]] Effects leadershipAnswered(quint64 call, const Result<Leadership::Answer> &answer,
                                             Instant now);
    [[nodiscard]] Effects epochBegun(quint64 call, const Result<BeginEpoch::Answer> &answer, Instant now);
    /// A buy sent to @p from was answered with @p error (any but those that settle it), also if that is that
    /// the connection was lost.
    [[nodiscard]] Effects buyRefused(Leader from, const Error &error, Instant now);
    /// The time came, see nextWake().
    [[nodiscard]] Effects tick(Instant now);

    /// When tick() is due.
    [[nodiscard]] Instant nextWake() const;
    /// Who takes buys right now.
    [[nodiscard]] std::optional<Leader> readyLeader() const;
    /// No replica can take a buy, as far as is known: every connection is down or its replica refuses. Buys
    /// fail at once.
    [[nodiscard]] bool noOrderService() const;
    /// Whether a question to @p replica may be hoped to be answered at once.
    [[nodiscard]] bool isResponsive(ReplicaId replica) const;
    [[nodiscard]] QList<ReplicaView> views() const;

private:
    enum class Connection { Unknown, Up, Down };
    enum class Health { Unknown, Able, Syncing, Diverged };
    enum class Phase {
        Idle,       // no leader and nobody to ask; m_deadline: when to try again, if that may help
        Checking,   // health checks are out; m_deadline: the end of the wait
        AskLedger,  // a leadership call is out
        Fencing,    // a begin_epoch is out
        Installing, // update_leader is out to m_leader; m_deadline: when to send it again
        Ready,
        BackingOff, // m_deadline: when to elect
    };
    struct Replica {
        ReplicaId id;
        Connection connection = Connection::Unknown;
        Health health = Health::Unknown;
        HealthCheck::Answer last;          // of its last answer; of a syncing one only numbers
        quint64 sentCheck = 0;             // the last one sent
        quint64 answeredCheck = 0;         // the last one answered
        std::optional<Instant> unanswered; // since when it owes an answer
        bool silent = false;
        bool refuses = false; // it said it can't lead, until it says it is able
        Instant passedOverUntil;
    };

    [[nodiscard]] Replica *find(ReplicaId id);
    [[nodiscard]] const Replica *find(ReplicaId id) const;
    void sendCheck(Replica &replica, Instant now);
    void sendUpdateLeader(const Replica &replica);
    void noticeSilence(Instant now);
    void noticeLeaderHealth(const Replica &leader, quint64 check, Instant now);

    void beginElection(const QByteArray &reason, Instant now);
    void decideIfAnswered(bool waitIsOver, Instant now);
    [[nodiscard]] const Replica *bestCandidate(Instant now) const;
    void proceed(Instant now);
    void askLedger();
    void adoptLedgers(Instant now);
    void install(Leader leader, bool adopted, Instant now);
    void becomeReady();
    void installationFailed(const Error &error, Instant now);
    void leaderGone(const QByteArray &reason, Instant now);
    void loseLeader(const QByteArray &reason);
    void noteEpoch(const Current &current);
    [[nodiscard]] bool mayLead(Leader named) const;
    void followLedger();
    void backOff(Instant now);
    void rest(Instant now);
    [[nodiscard]] bool catalogIsSettled(Instant now) const;
    [[nodiscard]] Effects take();

    std::vector<Replica> m_replicas;
    std::minstd_rand m_random;
    Phase m_phase = Phase::Idle;
    std::optional<Instant> m_deadline;
    Instant m_nextCheck;
    int m_checkRound = 0; // while a leader is ready
    quint64 m_lastCheck = 0;
    quint64 m_roundBegan = 0; // answers to later checks count in this election
    bool m_saidElection = false;

    std::optional<Instant> m_catalogSince; // reached by us since then
    std::optional<Leadership::Answer> m_ledger;
    quint64 m_lastCall = 0;
    bool m_ledgerAsked = false;     // the call m_lastCall is a leadership call under way
    bool m_adoptWhatItSays = false; // in AskLedger: follow the ledger rather than elect

    ReplicaId m_candidate;
    Leader m_leader; // in Installing and Ready
    bool m_adopted = false;
    std::optional<Leader> m_denied; // a leadership that a replica denies
    qint64 m_seenEpoch = 0;         // the highest that any replica reported
    quint64 m_readySince = 0;       // answers to later checks show it as leader
    Effects m_effects;
};

} // namespace toystore
