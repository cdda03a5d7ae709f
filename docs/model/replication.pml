// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

/* The core of the protocol: three replicas, one ledger, any number of frontends, two buys of one toy, two
 * crashes. Spin walks through every order in which the steps below can happen and looks at the invariants of
 * docs/architecture.md after each.
 *
 *   spin -a replication.pml && gcc -O2 -DSAFETY -o pan pan.c && ./pan -m100000
 *
 * searches all there is; scripts/test --model does that, and also breaks the protocol line by line (-DNO_FENCE
 * and the other macros below) to see that Spin notices. A line that a macro breaks says so.
 *
 * Time does not exist here: whatever waits for a deadline in the code may happen at any moment, or never.
 *
 * The network is asynchronous. What was sent may arrive now, later, after what was sent later, more than once,
 * or never. Therefore a message is not put into a queue but remembered as sent, and every step that it
 * can cause is possible from then on:
 *   sell                     the set underWay, until the ledger can only refuse it
 *   its answer               outcome, until the leader stops waiting for it
 *   place_order              both from the beginning: a copy may reach any leader at any time
 *   begin_epoch              from any frontend at any time; one that is late is refused by its expected epoch
 *   update_leader            leaderOf[epoch], any number of times
 *   orders_after and the orders in append_orders     one order at a time, from whoever has it
 * A page of orders that was read earlier is what its receiver finds in the ledger later, since rows never change
 * (which is checked): so to copy the next order in one step loses no behaviour.
 *
 * A replica that is down, paused or cut off takes no step. So a crash and the restart are one step: what lies
 * between them is the others' going on without it. Replicas crash as often as they like.
 *
 * A replica's memory of epochs can only make it refuse or step down, and here every leader may step down at any
 * moment. So the model's replicas forget: a follower knows no epoch, and obeys any update_leader, however
 * old. What is shown is therefore more than the code needs: a replica has to remember nothing but its log,
 * what is safe is decided by the ledger alone.
 *
 * Left out: the cache (cache.pml), batches (a call has one entry), the rebuilding of a lost ledger, payloads that
 * differ under one request id, full disks. tests/simulation has them. */

#define REPLICAS 3
#ifndef EPOCHS
#define EPOCHS   3 /* the leader changes twice */
#endif
#define BUYS     2
#ifndef CALLS
#define CALLS    1 /* sell calls of a leader, 1 or 2; one that steps down and leads again may send as many again */
#endif

#define A 1 /* the request ids; the one that a leader takes first is called A */
#define B 2

/* ---- the ledger, in the catalog's database: nothing of it is lost in a crash ---- */

byte epoch = 1;                /* the first election is over; its winner is called 1, since ids are only names */
byte leaderOf[EPOCHS + 1] = 0; /* only the present epoch's matters */
byte before;                   /* not in the code: the last order number when this epoch began */
byte lastCall;                 /* the highest call of this epoch that was decided */
byte last;                     /* the last order number */
byte row[BUYS + 1] = 0;        /* row[n]: the request id that order n sold */
bool rejected[BUYS + 1] = 0;   /* the record of rejections */
byte stock = 1;
bool restocked;

#ifdef NO_FENCE /* broken: the ledger does not ask which epoch a call is of */
#define isOfThisEpoch(e) true
#else
#define isOfThisEpoch(e) ((e) == epoch) /* else stale_epoch */
#endif

/* ---- on the network ---- */

short underWay[EPOCHS + 1] = 0; /* the calls sent in an epoch, as a set of bits */
#define bit_(call, after, buy) (1 << (((call) - 1) * 6 + (after) * 2 + (buy) - 1))
/* What the ledger would only refuse is taken out of the set: it can have no effect. */
#define laterCalls  (-1 << (lastCall * 6))
#define sameAfter   ((3 << (last * 2)) | (3 << (last * 2 + 6)))

/* ---- what the clients see ---- */

#define REJECTED (BUYS + 1)
bool aWasTaken;
byte told[BUYS + 1] = 0; /* 0: no answer yet; the order number; REJECTED */

/* ---- the replicas ---- */

#define Follower  0
#define Preparing 1 /* told to lead, fetches what it lacks */
#define Leading   2

typedef Replica {
    /* the log */
    byte log[BUYS + 1]; /* log[n]: the request id of order n */
    byte last;          /* appended */
    byte durable;       /* and on disk: this alone survives a crash */
    /* the leader */
    byte epoch; /* that it leads; 0 for a follower */
    byte phase;
    byte target; /* while preparing: 1 + the ledger's last number as fetched, 0 before */
    byte call;
    byte selling; /* the buy whose sell waits for its answer */
    byte outcome; /* that answer, on its way: an order number or REJECTED */
    byte owed;    /* the buys to be acknowledged when their order is on disk, as a set of bits */
    bool inSync[REPLICAS + 1]; /* the followers that have acknowledged all orders owed; the others are out of sync */
}
Replica replica[REPLICAS + 1];

#define R replica[me]

/* ---- the invariants, looked at after every step ---- */

#define numberOf(buy) (row[1] == (buy) -> 1 : (row[2] == (buy) -> 2 : 0))
#define isNumber(answer) ((answer) != 0 && (answer) != REJECTED)

#define isPrefix(i) \
    (replica[i].durable <= replica[i].last && replica[i].last <= last && \
     (replica[i].last < 1 || replica[i].log[1] == row[1]) && (replica[i].last < 2 || replica[i].log[2] == row[2]))
#define isComplete(i) (replica[i].phase != Leading || replica[i].epoch != epoch || replica[i].last >= before)
#define bothLead(i, j) \
    (replica[i].phase != Follower && replica[j].phase != Follower && replica[i].epoch == replica[j].epoch)
#define onSomeDisk(n) (replica[1].durable >= (n) || replica[2].durable >= (n) || replica[3].durable >= (n))

#ifdef CLASSIC /* there is no ledger to compare with */
#define checkLedger()
#else
inline checkLedger() {
    /* I1: what was acknowledged stays in the ledger, with its number ... */
    assert(!isNumber(told[A]) || row[told[A]] == A);
    assert(!isNumber(told[B]) || row[told[B]] == B);
    /* ... and can be rebuilt from a replica's disk should the ledger be lost. */
    assert(!isNumber(told[A]) || onSomeDisk(told[A]));
    assert(!isNumber(told[B]) || onSomeDisk(told[B]));
    /* I2: no number below the last is free. I3: no buy has two numbers. */
    assert(last == (row[1] != 0) + (row[2] != 0) && (row[1] != 0 || row[2] == 0));
    assert(row[1] == 0 || row[1] != row[2]);
    /* I4, I5: the stock is what it was, and was restocked, less what was sold. */
    assert(stock + last == 1 + restocked);
    /* I6: every log is the beginning of the ledger. */
    assert(isPrefix(1) && isPrefix(2) && isPrefix(3));
    /* I8: who is ready to lead this epoch has every order of those before. */
    assert(isComplete(1) && isComplete(2) && isComplete(3));
    /* I9: what was answered 'rejected' is never sold. The rest of I9, and I11: see decide. */
    assert(told[A] != REJECTED || numberOf(A) == 0);
    assert(told[B] != REJECTED || numberOf(B) == 0);
}
#endif

inline check() {
    /* I2 again, as the clients see it: two buys never share a number. */
    assert(!isNumber(told[A]) || told[A] != told[B]);
    /* I7: an epoch has one leader. */
    assert(!bothLead(1, 2) && !bothLead(1, 3) && !bothLead(2, 3));
    checkLedger();
    /* Not invariants: states that the search must be able to reach, or it proves nothing. */
#ifdef BOTH_SOLD
    assert(!(isNumber(told[A]) && isNumber(told[B])));
#endif
#ifdef REJECTED_AND_RESTOCKED
    assert(!(told[B] == REJECTED && stock == 1));
#endif
#ifdef ANSWER_AFTER_THE_END /* a deposed leader has still to hear what it sold, and the next one leads */
    assert(!(replica[1].outcome != 0 && replica[2].phase == Leading));
#endif
}

/* ---- what replicas do in several places ---- */

inline forgetFollowers() {
    R.inSync[1] = 0;
    R.inSync[2] = 0;
    R.inSync[3] = 0
}

inline stepDown() {
    R.epoch = 0;
    R.phase = Follower;
    R.target = 0;
    R.call = 0;
    R.selling = 0;
    R.outcome = 0;
    R.owed = 0; /* who waits is told, and sends the buy again to the next leader */
    forgetFollowers()
}

/* A replica shows nobody what is not on its disk, so the copies are there at once. What matters is when the
 * leader's own orders are: they have a step of their own. */
inline flush() {
#ifndef FOLLOWER_EARLY
    R.durable = R.last
#else
    skip
#endif
}

/* Orders enter a log without gaps, whoever sends them: there is no fence here, and none is needed. */
inline append(buy) {
    R.log[R.last + 1] = buy;
    R.last++
}

#ifdef FOLLOWER_EARLY /* broken: a follower acknowledges what is not on its disk yet */
#define acknowledgedBy(j) replica[j].last
#else
#define acknowledgedBy(j) replica[j].durable
#endif
#define highestOwed (isOwed(A) && isOwed(B) -> 2 : (isOwed(A) -> numberOf(A) : numberOf(B)))

#ifdef ACK_EARLY /* broken: the client is answered when the ledger has the order, before any copy is on disk */
#define isCopied(n) true
#else
#define isCopied(n) (R.durable >= (n))
#endif
#define hasCopy(j, n) (!R.inSync[j] || replica[j].durable >= (n))

inline acknowledge(buy) {
    R.owed = R.owed & ~buy;
    /* What the leader believes of its followers is true. */
    assert(hasCopy(1, numberOf(buy)) && hasCopy(2, numberOf(buy)) && hasCopy(3, numberOf(buy)));
    assert(told[buy] == 0 || told[buy] == numberOf(buy)); /* I1, I3: asked again, it hears the same */
    told[buy] = numberOf(buy);
    if
    :: R.owed == 0 -> forgetFollowers()
    :: else
    fi
}

inline sendSell(buy) {
    R.call++;
    R.selling = buy;
    underWay[R.epoch] = underWay[R.epoch] | bit_(R.call, R.last, buy)
}

#define mayTake(buy) (aWasTaken || buy == A)
#define isOwed(buy) ((R.owed & (buy)) != 0)

/* One order replica. */
proctype replicaProcess(byte me)
{
end:
    do
    /* -- the epoch -- */

    /* update_leader names us (who begins to lead an epoch that is over can't do anything): fence first (the epoch has begun in the ledger), fetch second. */
#define LEAD(e) \
    :: d_step { leaderOf[e] == me && R.phase == Follower && isOfThisEpoch(e) -> \
           printf("replica %d is told that it leads epoch %d\n", me, e); \
           R.epoch = e; \
           R.phase = Preparing; \
           check() }
    LEAD(1) LEAD(2)
#if EPOCHS > 2
    LEAD(3)
#endif

    /* A leader hears of a later epoch, or gives up by itself: stale_call, ledger_behind, a full disk. */
    :: d_step { R.phase != Follower ->
           printf("replica %d steps down\n", me);
           stepDown();
           check() }

    /* -- copying and catching up -- */

#ifndef CLASSIC
    :: d_step { R.last < last ->
           printf("replica %d fetches order %d from the ledger\n", me, R.last + 1);
           append(row[R.last + 1]);
           flush();
           check() }
#endif
#define COPY(j) /* what a peer has on disk */ \
    :: d_step { j != me && R.last < replica[j].durable -> \
           printf("replica %d copies order %d from replica %d\n", me, R.last + 1, j); \
           append(replica[j].log[R.last + 1]); \
           flush(); \
           check() }
    COPY(1) COPY(2) COPY(3)

    :: d_step { R.durable < R.last ->
           R.durable++;
           printf("replica %d has order %d on disk\n", me, R.durable);
           check() }

    /* -- becoming ready -- */

    /* The ledger is asked last, after the peers: what it says is all that was decided before this epoch. */
#ifdef FETCH_FIRST /* broken: fetched before the epoch has begun */
    :: d_step { R.phase == Follower && R.target == 0 ->
#else
    :: d_step { R.phase == Preparing && R.target == 0 ->
#endif
           R.target = 1 + last;
           printf("replica %d asks the ledger: its last order is %d\n", me, last);
           check() }
    :: d_step { R.phase == Preparing && R.target != 0 && R.last + 1 >= R.target && R.durable == R.last ->
           printf("replica %d leads epoch %d\n", me, R.epoch);
           R.phase = Leading;
           R.target = 0;
           check() }

    /* -- selling -- */

    /* place_order, the first copy or a late one; equal ids in flight are joined. One call at a time. */
#ifdef CLASSIC /* broken: no ledger. The leader decides, answers, and copies later */
#define SELL(buy) \
    :: d_step { R.phase == Leading && mayTake(buy) && R.last < BUYS && R.log[1] != buy -> \
           aWasTaken = true; \
           append(buy); \
           R.durable = R.last; \
           told[buy] = R.last; \
           printf("replica %d decides that buy %d is order %d, and answers\n", me, buy, R.last); \
           check() }
#else
#define SELL(buy) \
    :: d_step { R.phase == Leading && R.selling == 0 && mayTake(buy) && R.call < CALLS -> \
           aWasTaken = true; \
           sendSell(buy); \
           printf("replica %d: sell(epoch %d, call %d, after %d, buy %d)\n", me, R.epoch, R.call, R.last, buy); \
           check() }
#endif
    SELL(A) SELL(B)

    /* The answer. A repeated order may be in the log already; one that would leave a gap is nobody's answer. */
    :: d_step { isNumber(R.outcome) ->
           printf("replica %d learns that buy %d is order %d\n", me, R.selling, R.outcome);
           assert(R.outcome <= R.last + 1);
           R.owed = R.owed | R.selling;
           forgetFollowers();
           if
           :: R.outcome > R.last -> append(R.selling)
           :: else
           fi;
           R.selling = 0;
           R.outcome = 0;
           check() }
    :: d_step { R.outcome == REJECTED ->
           printf("replica %d answers buy %d: rejected\n", me, R.selling);
           assert(!isNumber(told[R.selling]));
           told[R.selling] = REJECTED;
           R.selling = 0;
           R.outcome = 0;
           check() }
    /* behind, or no answer in time; the client sends again. */
    :: d_step { R.selling != 0 ->
           printf("replica %d waits no longer for the answer to buy %d\n", me, R.selling);
           R.selling = 0;
           R.outcome = 0;
           check() }

    /* -- replicating -- */

    /* append_orders is answered. Only while an answer is owed does it matter who is in sync. A follower that is
     * in sync and silent only makes the leader wait until it is out, so the model has it out at once. */

#define FOLLOWER(j) \
    :: d_step { j != me && R.owed != 0 && !R.inSync[j] && acknowledgedBy(j) >= highestOwed -> \
           printf("replica %d hears from replica %d: order %d is on disk\n", me, j, acknowledgedBy(j)); \
           R.inSync[j] = true; \
           check() }
    FOLLOWER(1) FOLLOWER(2) FOLLOWER(3)

    /* place_order is answered when the order is on our disk and on that of every follower in sync. */
#define ACKNOWLEDGE(buy) \
    :: d_step { isOwed(buy) && isCopied(numberOf(buy)) -> \
           printf("replica %d acknowledges buy %d as order %d\n", me, buy, numberOf(buy)); \
           acknowledge(buy); \
           check() }
    ACKNOWLEDGE(A) ACKNOWLEDGE(B)

    /* -- crashing -- */

    /* What is on disk stays. With nothing else in its log a crash is a stepping down. */
    :: d_step { R.durable < R.last ->
           printf("replica %d crashes and starts with what is on its disk\n", me);
           stepDown();
           R.last = R.durable;
           R.log[2] = 0;
           R.log[1] = (R.last < 1 -> 0 : R.log[1]);
           check() }
    od
}

/* ---- the catalog ---- */

/* Who may decide. These three refusals decide nothing. */
#ifdef NO_CALL /* a late copy of a call may decide */
#define isNewCall(c) true
#else
#define isNewCall(c) (c > lastCall) /* else stale_call */
#endif
#ifdef NO_AFTER /* broken: the number is the leader's last + 1, whether or not that is the ledger's */
#define isNext(after) true
#else
#define isNext(after) (after == last) /* else behind */
#endif
#define isUnderWay(e, c, after, buy) ((underWay[e] & bit_(c, after, buy)) != 0)

#ifdef NO_DEDUP /* broken: a request id that has sold sells again */
#define isSold(buy) false
#else
#define isSold(buy) (numberOf(buy) != 0)
#endif
#ifdef NO_RECORD /* broken: rejections are forgotten */
#define wasRejected(buy) false
#else
#define wasRejected(buy) rejected[buy]
#endif

#define W replica[leaderOf[e]] /* who waits for the answer, if it still does */

/* One transaction. */
inline decide(e, c, after, buy) {
    lastCall = c;
    if
    :: isSold(buy) -> result = numberOf(buy)
    :: else ->
        if
        :: wasRejected(buy) || stock == 0 ->
            rejected[buy] = true;
            result = REJECTED
        :: else ->
            assert(e == epoch); /* I9: nothing is decided in an old epoch */
            /* I11: what was acknowledged before has a lower number. */
            assert(!isNumber(told[A]) || told[A] <= after);
            assert(!isNumber(told[B]) || told[B] <= after);
            assert(after < BUYS && row[after + 1] == 0); /* I2: a number is given once */
            stock--;
            last = after + 1;
            row[last] = buy;
            result = last
        fi
    fi;
    printf("the ledger decides call %d of epoch %d: buy %d is %d\n", c, e, buy, result);
    if
    :: W.selling == buy && W.epoch == e && W.call == c -> W.outcome = result
    :: else
    fi;
    result = 0;
#if !defined(NO_FENCE) && !defined(NO_CALL) && !defined(NO_AFTER)
    underWay[e] = underWay[e] & laterCalls & sameAfter
#endif
}

proctype catalog()
{
    byte result;
end:
    do
#define TAKE(e, c, after, buy) \
    :: d_step { isUnderWay(e, c, after, buy) && isOfThisEpoch(e) && isNewCall(c) && isNext(after) -> \
           decide(e, c, after, buy); \
           check() }
#define TAKE_CALL(e, c) \
    TAKE(e, c, 0, A) TAKE(e, c, 0, B) TAKE(e, c, 1, A) TAKE(e, c, 1, B) TAKE(e, c, 2, A) TAKE(e, c, 2, B)
#define TAKE_EPOCH(e) TAKE_CALL(e, 1) TAKE_CALL(e, 2)
    TAKE_EPOCH(1) TAKE_EPOCH(2)
#if EPOCHS > 2
    TAKE_EPOCH(3)
#endif
    :: d_step { stock == 0 && !restocked ->
           printf("the toy is restocked\n");
           restocked = true;
           stock++;
           check() }
    od
}

/* ---- the frontends and their clients ---- */

/* begin_epoch: compare and set. A frontend that read the epoch before another one moved it is refused. Any
 * replica may be chosen, since what a health check said may no longer be so. */
#ifdef NO_CAS /* broken: set without comparing */
#define maySet(expected) (expected == epoch || expected + 1 == epoch)
#else
#define maySet(expected) (expected == epoch)
#endif

/* Of a deposed leader only the answers that it still has to give matter. */
inline depose(i) {
    if
    :: replica[i].phase != Follower && replica[i].owed == 0 && replica[i].outcome == 0 ->
        replica[i].epoch = 0;
        replica[i].phase = Follower;
        replica[i].target = 0;
        replica[i].call = 0;
        replica[i].selling = 0
    :: else
    fi
}

inline beginEpoch(expected, leader) {
    epoch = expected + 1;
    leaderOf[epoch] = leader;
    before = last;
    lastCall = 0;
#ifndef NO_FENCE
    leaderOf[expected] = 0;
    underWay[expected] = 0; /* from now on the ledger refuses them */
    depose(1);
    depose(2);
    depose(3)
#else
    skip
#endif
}

proctype frontends()
{
end:
    do
#define ELECT(expected, leader) \
    :: d_step { expected < EPOCHS && maySet(expected) -> \
           printf("a frontend begins epoch %d, which replica %d is to lead\n", expected + 1, leader); \
           beginEpoch(expected, leader); \
           check() }
    ELECT(1, 1) ELECT(1, 2) ELECT(1, 3)
#if EPOCHS > 2
    ELECT(2, 1) ELECT(2, 2) ELECT(2, 3)
#endif
    od
}

init {
    atomic {
        leaderOf[1] = 1;
        run replicaProcess(1);
        run replicaProcess(2);
        run replicaProcess(3);
        run catalog();
        run frontends()
    }
}
