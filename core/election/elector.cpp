// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "election/elector.h"

#include <algorithm>
#include <tuple>

namespace toystore
{

namespace
{

/// Whether this "answer" only says that none came. What it means for the replica, its connection's end or its
/// silence tells.
bool isNoAnswer(const Error &error)
{
    switch (error.code) {
    case ErrorCode::CannotConnect:
    case ErrorCode::ConnectionLost:
    case ErrorCode::DeadlineExceeded:
    case ErrorCode::Overloaded:
        return true;
    default:
        return false;
    }
}

} // namespace

Elector::Elector(const QList<ReplicaId> &replicas, quint32 seed, Instant now)
    : m_random(seed), m_nextCheck(nextBeat(now, checkInterval))
{
    for (const ReplicaId id : replicas) {
        Replica replica;
        replica.id = id;
        m_replicas.push_back(replica);
    }
}

// What is known of the replicas.

Elector::Effects Elector::replicaConnected(ReplicaId id, Instant now)
{
    Replica *const replica = find(id);
    if (replica == nullptr || replica->connection == Connection::Up)
        return take();
    replica->connection = Connection::Up;
    sendCheck(*replica, now);
    if (m_phase == Phase::Installing || m_phase == Phase::Ready)
        sendUpdateLeader(*replica);
    else if (m_phase == Phase::Idle)
        beginElection("replica " + QByteArray::number(id.value) + " is reached", now);
    return take();
}

Elector::Effects Elector::replicaDisconnected(ReplicaId id, Instant now)
{
    Replica *const replica = find(id);
    if (replica == nullptr || replica->connection == Connection::Down)
        return take();
    *replica = Replica{};
    replica->id = id;
    replica->connection = Connection::Down;
    if ((m_phase == Phase::Installing || m_phase == Phase::Ready) && id == m_leader.id)
        leaderGone("its connection closed", now);
    else
        decideIfAnswered(false, now);
    return take();
}

Elector::Effects Elector::healthAnswered(ReplicaId id, quint64 check,
                                         const Result<HealthCheck::Answer> &answer, Instant now)
{
    Replica *const replica = find(id);
    if (replica == nullptr || replica->connection != Connection::Up || check <= replica->answeredCheck ||
        (!answer && isNoAnswer(answer.error())))
        return take();
    replica->answeredCheck = check;
    replica->silent = false;
    if (check == replica->sentCheck)
        replica->unanswered.reset();
    else
        replica->unanswered = now;
    if (answer) {
        replica->health = Health::Able;
        replica->refuses = false;
        replica->last = *answer;
    } else {
        const Current &current = answer.error().current;
        replica->health = answer.error().code == ErrorCode::Diverged ? Health::Diverged : Health::Syncing;
        replica->last.leading = false;
        replica->last.lastOrderNumber = current.lastOrderNumber.value_or(0);
        replica->last.epoch = std::max(replica->last.epoch, current.epoch.value_or(0));
    }
    m_seenEpoch = std::max(m_seenEpoch, replica->last.epoch);
    if ((m_phase == Phase::Installing || m_phase == Phase::Ready) && m_seenEpoch > m_leader.epoch &&
        m_catalogSince)
        askLedger(); // another frontend's epoch, or one of a ledger that was lost
    if (m_phase == Phase::Checking)
        decideIfAnswered(false, now);
    else if (m_phase == Phase::Ready && id == m_leader.id)
        noticeLeaderHealth(*replica, check, now);
    else if (m_phase == Phase::Idle && bestCandidate(now) != nullptr)
        beginElection("replica " + QByteArray::number(id.value) + " answers", now);
    return take();
}

void Elector::noticeLeaderHealth(const Replica &leader, quint64 check, Instant now)
{
    if (check <= m_readySince)
        return; // may have been answered before it was ready
    const bool able = leader.health == Health::Able;
    if (able && leader.last.leading && leader.last.epoch == m_leader.epoch)
        return;
    if (able && leader.last.epoch > m_leader.epoch) {
        loseLeader("it follows a newer epoch");
        followLedger();
    } else {
        leaderGone("it stepped down", now);
    }
}

void Elector::noticeSilence(Instant now)
{
    for (Replica &replica : m_replicas)
        replica.silent = replica.unanswered && now - *replica.unanswered >= silenceLimit;
    const Replica *const leader = find(m_leader.id);
    if ((m_phase == Phase::Installing || m_phase == Phase::Ready) && leader != nullptr && leader->silent)
        leaderGone("it left a health check unanswered for 300 ms", now);
    else
        decideIfAnswered(false, now);
}

void Elector::sendCheck(Replica &replica, Instant now)
{
    replica.sentCheck = ++m_lastCheck;
    if (!replica.unanswered)
        replica.unanswered = now;
    m_effects.push_back(SendHealthCheck{replica.id, m_lastCheck});
}

// The election.

void Elector::beginElection(const QByteArray &reason, Instant now)
{
    m_phase = Phase::Idle;
    m_deadline.reset();
    const bool anyUp = std::any_of(m_replicas.begin(), m_replicas.end(), [](const Replica &replica) {
        return replica.connection == Connection::Up;
    });
    if (!m_catalogSince || !anyUp)
        return; // goes on when the catalog or a replica is reached
    if (!m_saidElection)
        m_effects.push_back(ElectionBegan{reason});
    m_saidElection = true;
    m_phase = Phase::Checking;
    m_deadline = now + electionWait;
    m_roundBegan = m_lastCheck;
    for (Replica &replica : m_replicas) {
        if (replica.connection == Connection::Up)
            sendCheck(replica, now);
    }
}

void Elector::decideIfAnswered(bool waitIsOver, Instant now)
{
    if (m_phase != Phase::Checking)
        return;
    const bool mayAnswer = std::any_of(m_replicas.begin(), m_replicas.end(), [this](const Replica &replica) {
        return replica.connection == Connection::Unknown ||
               (replica.connection == Connection::Up && !replica.silent &&
                replica.answeredCheck <= m_roundBegan);
    });
    if (mayAnswer && !waitIsOver)
        return;
    const Replica *const best = bestCandidate(now);
    if (best == nullptr)
        return rest(now);
    m_candidate = best->id;
    proceed(now);
}

const Elector::Replica *Elector::bestCandidate(Instant now) const
{
    // Able before syncing; the able by id, the syncing by how much they have.
    const auto rank = [](const Replica &replica) {
        const bool able = replica.health == Health::Able;
        return std::tuple(able, able ? 0 : replica.last.lastOrderNumber, replica.id);
    };
    const Replica *best = nullptr;
    for (const Replica &replica : m_replicas) {
        const bool answered = replica.connection == Connection::Up && replica.answeredCheck > m_roundBegan;
        if (!answered || replica.health == Health::Diverged || now < replica.passedOverUntil)
            continue;
        if (best == nullptr || rank(replica) > rank(*best))
            best = &replica;
    }
    return best;
}

void Elector::proceed(Instant now)
{
    m_deadline.reset();
    const Replica *const candidate = find(m_candidate);
    if (candidate->connection != Connection::Up)
        return beginElection("the candidate is gone", now);
    if (!m_ledger) {
        m_phase = Phase::AskLedger;
        m_adoptWhatItSays = false;
        return askLedger();
    }
    const HealthCheck::Answer &last = candidate->last;
    const Leader named{m_ledger->leaderId, m_ledger->epoch};
    if (named == Leader{candidate->id, last.epoch} && last.leading && mayLead(named)) {
        install({candidate->id, m_ledger->epoch}, true, now);
        return becomeReady();
    }
    m_phase = Phase::Fencing;
    m_ledgerAsked = false;
    m_effects.push_back(SendBeginEpoch{++m_lastCall, {m_ledger->epoch, candidate->id, m_seenEpoch}});
}

Elector::Effects Elector::epochBegun(quint64 call, const Result<BeginEpoch::Answer> &answer, Instant now)
{
    if (call != m_lastCall || m_phase != Phase::Fencing)
        return take();
    if (answer) {
        m_ledger = *answer;
        install({answer->leaderId, answer->epoch}, false, now);
    } else if (const Current &current = answer.error().current;
               answer.error().code == ErrorCode::StaleEpoch && current.epoch && current.leaderId) {
        m_ledger = Leadership::Answer{*current.epoch, ReplicaId{*current.leaderId}, 0};
        adoptLedgers(now);
    } else {
        followLedger(); // it may have been carried out: what holds now, the ledger knows
    }
    return take();
}

void Elector::install(Leader leader, bool adopted, Instant now)
{
    m_phase = Phase::Installing;
    m_deadline.reset();
    m_leader = leader;
    m_adopted = adopted;
    for (const Replica &replica : m_replicas) {
        if (replica.connection == Connection::Up)
            sendUpdateLeader(replica);
    }
    const Replica *const chosen = find(leader.id);
    if (chosen == nullptr || chosen->connection != Connection::Up)
        leaderGone("it is not reached", now);
}

void Elector::sendUpdateLeader(const Replica &replica)
{
    m_effects.push_back(SendUpdateLeader{replica.id, m_leader.id, m_leader.epoch});
}

Elector::Effects Elector::leaderUpdated(ReplicaId id, Leader told, const Result<UpdateLeader::Answer> &answer,
                                        Instant now)
{
    if ((m_phase != Phase::Installing && m_phase != Phase::Ready) || told != m_leader)
        return take();
    if (!answer && answer.error().code == ErrorCode::StaleEpoch) {
        noteEpoch(answer.error().current);
        m_denied = m_leader;
        loseLeader("replica " + QByteArray::number(id.value) + " knows another leader");
        followLedger();
    } else if (id == m_leader.id && m_phase == Phase::Installing) {
        if (answer)
            becomeReady();
        else
            installationFailed(answer.error(), now);
    }
    return take();
}

void Elector::becomeReady()
{
    m_phase = Phase::Ready;
    m_deadline.reset();
    m_saidElection = false;
    m_readySince = m_lastCheck;
    find(m_leader.id)->passedOverUntil = {};
    m_effects.push_back(LeaderReady{m_leader.id, m_leader.epoch});
}

void Elector::installationFailed(const Error &error, Instant now)
{
    Replica &chosen = *find(m_leader.id);
    switch (error.code) {
    case ErrorCode::CannotConnect:
    case ErrorCode::ConnectionLost: // ours, then its end tells; or one of the leader's that it reports
    case ErrorCode::LedgerBehind:   // the ledger is being rebuilt
        m_deadline = now + retryInterval;
        return;
    case ErrorCode::CatalogUnavailable:
        if (!catalogIsSettled(now)) {
            m_deadline = now + retryInterval;
            return;
        }
        chosen.passedOverUntil = now + passOver;
        break;
    case ErrorCode::DeadlineExceeded:
        break;
    default:
        chosen.refuses = true;
        chosen.passedOverUntil = now + passOver;
        break;
    }
    backOff(now);
}

// The ledger's word.

Elector::Effects Elector::catalogReached(Instant now)
{
    if (m_catalogSince)
        return take();
    m_catalogSince = now;
    askLedger();
    if (m_phase == Phase::Idle)
        beginElection("the catalog is reached", now);
    return take();
}

Elector::Effects Elector::catalogLost(Instant)
{
    m_catalogSince.reset();
    m_ledger.reset();
    m_ledgerAsked = false;
    if (m_phase != Phase::Installing && m_phase != Phase::Ready) {
        m_phase = Phase::Idle;
        m_deadline.reset();
    }
    return take();
}

void Elector::askLedger()
{
    if (m_ledgerAsked)
        return;
    m_ledgerAsked = true;
    m_effects.push_back(SendLeadership{++m_lastCall});
}

Elector::Effects Elector::leadershipAnswered(quint64 call, const Result<Leadership::Answer> &answer,
                                             Instant now)
{
    if (call != m_lastCall || !m_ledgerAsked)
        return take();
    m_ledgerAsked = false;
    if (!answer) {
        if (m_phase == Phase::AskLedger)
            rest(now);
        return take();
    }
    m_ledger = *answer;
    if (m_phase == Phase::AskLedger) {
        if (m_adoptWhatItSays)
            adoptLedgers(now);
        else
            proceed(now);
    } else if ((m_phase == Phase::Installing || m_phase == Phase::Ready) &&
               (m_leader != Leader{m_ledger->leaderId, m_ledger->epoch} || !mayLead(m_leader))) {
        loseLeader("the ledger names another one, or a replica knows a later epoch");
        adoptLedgers(now);
    }
    return take();
}

/// What a replica takes for an epoch may be of a ledger that was lost: it never makes a leader, but the next
/// epoch that begins is above it.
void Elector::noteEpoch(const Current &current)
{
    m_seenEpoch = std::max(m_seenEpoch, current.epoch.value_or(0));
}

/// Whether all replicas will follow a leadership that the ledger names.
bool Elector::mayLead(Leader named) const
{
    return named != m_denied && named.epoch >= m_seenEpoch;
}

void Elector::followLedger()
{
    m_ledger.reset();
    if (!m_catalogSince) {
        m_phase = Phase::Idle;
        m_deadline.reset();
        return;
    }
    m_phase = Phase::AskLedger;
    m_deadline.reset();
    m_adoptWhatItSays = true;
    askLedger();
}

void Elector::adoptLedgers(Instant now)
{
    const Leader named{m_ledger->leaderId, m_ledger->epoch};
    // None yet, one that we were not told of, or one that not all will follow: only a new epoch helps.
    if (find(named.id) == nullptr || !mayLead(named))
        return backOff(now);
    install(named, true, now);
}

// Losing a leader.

Elector::Effects Elector::buyRefused(Leader from, const Error &error, Instant now)
{
    // The calls of a lost connection fail before it is said to be lost: whoever sends a buy again in between
    // would find the same leader.
    if (error.code == ErrorCode::ConnectionLost || error.code == ErrorCode::CannotConnect)
        return replicaDisconnected(from.id, now);
    if (m_phase != Phase::Ready || from != m_leader)
        return take();
    Replica &leader = *find(m_leader.id);
    switch (error.code) {
    case ErrorCode::CatalogUnavailable:
        if (catalogIsSettled(now)) {
            leader.passedOverUntil = now + passOver;
            leaderGone("it does not reach the catalog, and we do", now);
        }
        break;
    case ErrorCode::NotLeader:
        m_denied = m_leader;
        [[fallthrough]];
    case ErrorCode::StaleEpoch:
        noteEpoch(error.current);
        loseLeader(error.message);
        followLedger();
        break;
    case ErrorCode::Syncing:
    case ErrorCode::Diverged:
    case ErrorCode::StorageFull:
    case ErrorCode::StorageFailed:
        leader.refuses = true;
        leader.passedOverUntil = now + passOver;
        leaderGone(error.message, now);
        break;
    default:
        break; // says nothing about who leads
    }
    return take();
}

void Elector::leaderGone(const QByteArray &reason, Instant now)
{
    const bool othersMayElect = m_phase == Phase::Installing && m_adopted;
    loseLeader(reason);
    if (othersMayElect)
        backOff(now);
    else
        beginElection("replica " + QByteArray::number(m_leader.id.value) + ": " + reason, now);
}

void Elector::loseLeader(const QByteArray &reason)
{
    if (m_phase == Phase::Ready)
        m_effects.push_back(LeaderLost{m_leader.id, m_leader.epoch, reason});
}

void Elector::backOff(Instant now)
{
    const auto range = static_cast<unsigned>((mostBackOff - leastBackOff).count() + 1);
    m_phase = Phase::BackingOff;
    m_deadline = now + leastBackOff + Milliseconds(m_random() % range);
}

void Elector::rest(Instant now)
{
    m_phase = Phase::Idle;
    m_deadline = now + retryInterval;
}

bool Elector::catalogIsSettled(Instant now) const
{
    return m_catalogSince && now - *m_catalogSince >= catalogSettling;
}

// Time.

Elector::Effects Elector::tick(Instant now)
{
    if (now >= m_nextCheck) {
        // Who was paused itself finds the answers still in its sockets: nobody was silent to it.
        if (now - m_nextCheck > checkInterval) {
            for (Replica &replica : m_replicas) {
                if (replica.unanswered)
                    replica.unanswered = now;
            }
        }
        noticeSilence(now);
        // Followers are only looked at for those who watch: an election asks them all anyway.
        const bool allOfThem = m_phase != Phase::Ready || ++m_checkRound % followerRounds == 0;
        for (Replica &replica : m_replicas) {
            if (replica.connection == Connection::Up && (allOfThem || replica.id == m_leader.id))
                sendCheck(replica, now);
        }
        m_nextCheck = nextBeat(now, checkInterval);
    }
    if (m_deadline && now >= *m_deadline) {
        m_deadline.reset();
        if (m_phase == Phase::Checking)
            decideIfAnswered(true, now);
        else if (m_phase == Phase::Installing)
            sendUpdateLeader(*find(m_leader.id));
        else
            beginElection("no leader yet", now);
    }
    return take();
}

Instant Elector::nextWake() const
{
    return m_deadline ? std::min(*m_deadline, m_nextCheck) : m_nextCheck;
}

// What others ask.

std::optional<Elector::Leader> Elector::readyLeader() const
{
    return m_phase == Phase::Ready ? std::optional(m_leader) : std::nullopt;
}

bool Elector::noOrderService() const
{
    return std::all_of(m_replicas.begin(), m_replicas.end(), [](const Replica &replica) {
        return replica.connection == Connection::Down ||
               (replica.connection == Connection::Up &&
                (replica.refuses || replica.health == Health::Diverged));
    });
}

bool Elector::isResponsive(ReplicaId id) const
{
    const Replica *const replica = find(id);
    return replica != nullptr && replica->connection == Connection::Up && !replica->silent &&
           replica->health != Health::Diverged;
}

QList<ReplicaView> Elector::views() const
{
    const auto state = [this](const Replica &replica) -> QByteArray {
        if (replica.connection != Connection::Up)
            return "down";
        if (replica.silent || replica.health == Health::Unknown)
            return "silent";
        if (replica.health == Health::Diverged)
            return "diverged";
        if (readyLeader() && replica.id == m_leader.id)
            return "leader";
        return replica.health == Health::Able ? "follower" : "syncing";
    };
    QList<ReplicaView> result;
    for (const Replica &replica : m_replicas) {
        result.append({replica.id, replica.connection == Connection::Up, state(replica), replica.last.epoch,
                       replica.last.lastOrderNumber});
    }
    return result;
}

Elector::Replica *Elector::find(ReplicaId id)
{
    const auto found = std::find_if(m_replicas.begin(), m_replicas.end(),
                                    [id](const Replica &replica) { return replica.id == id; });
    return found != m_replicas.end() ? &*found : nullptr;
}

const Elector::Replica *Elector::find(ReplicaId id) const
{
    const auto found = std::find_if(m_replicas.begin(), m_replicas.end(),
                                    [id](const Replica &replica) { return replica.id == id; });
    return found != m_replicas.end() ? &*found : nullptr;
}

Elector::Effects Elector::take()
{
    return std::exchange(m_effects, {});
}

} // namespace toystore
