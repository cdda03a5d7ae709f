// SPDX-FileCopyrightText: 2026 The Toystore authors
// SPDX-License-Identifier: GPL-3.0-or-later

/* The frontend's cache, the catalog's invalidations, and the lease between them: one catalog, one frontend, one
 * toy that is sold several times. Spin walks through every order in which the steps below can happen.
 *
 *   spin -a cache.pml && gcc -O2 -DSAFETY -o pan pan.c && ./pan -m100000
 *
 * What must hold is I10: a query sent after a buy was acknowledged shows that buy. The stock itself does not matter
 * here, only its version, which every sale raises by one. As in replication.pml, macros such as -DNO_FLOOR break one
 * line each, and Spin must notice.
 *
 * Time is a number of ticks. A tick may come between any two steps, and any number of ticks between two others, so
 * messages take as long as they like, overtake one another, or never arrive; a process that is paused is one whose
 * messages take long. Clocks are timers that count down, together: what is assumed of them is that they run at
 * one rate, not that they show the same time. The code has 400 ms against 450 ms, so that rates may differ by an
 * eighth. Here both leases are as short as possible. Equal ones would do with clocks that run at the same rate.
 *
 * Left out: how many entries fit, the other toys, restocks (pushed like sales, but nobody waits for them), and
 * that the catalog refuses to renew for who owes an acknowledgement (that is for the sake of the waiting buy). */

#ifndef SALES
#define SALES    1 /* 1 or 2 */
#endif
#ifndef FETCHES
#define FETCHES  1 /* under way at a time, 1 or 2 */
#endif
#ifndef RESTARTS
#define RESTARTS 1 /* of the catalog */
#endif
#define SUBSCRIPTIONS 2 /* one after the other; the frontend may lose each at any moment */

#define FRONTEND_LEASE 2 /* ticks from when the renewal was sent */
#define CATALOG_LEASE  3 /* ticks from when it was received */

#define None 3 /* no version */

/* ---- the catalog ---- */

byte onDisk;   /* the version that is committed */
byte inMemory; /* the one that is read */
#define Idle      0
#define Committed 1
#define Swapped   2
#define Listed    3 /* only when that is done too early */
byte sale;     /* how far the sale at hand has come */
bool held[3] = 0;            /* by version: the sale's answer waits */
byte lease[SUBSCRIPTIONS + 1] = 0;   /* ticks left; 0: no such subscription, or its lease is over */
byte lastSubscription;
byte closed;   /* after a restart: ticks for which no answer leaves */
byte restarts;

/* Invalidations, by version and subscription. */
#define Absent   0 /* not sent, acknowledged, or the subscription is over */
#define Pushed   1
#define Answered 2 /* the acknowledgement is on its way */
typedef Pushes { byte to[SUBSCRIPTIONS + 1] }
Pushes push[3];

/* ---- what the clients know ---- */

byte acknowledged; /* the highest version whose buy was acknowledged */

/* ---- the frontend ---- */

byte subscription; /* 0: none */
byte leaseLeft;    /* ticks */
byte entry = None; /* the version that is cached */
byte floor;

/* Fetches sent under the living subscription. Those of an earlier one, or of none, answer their own query and
 * enter nowhere: all there is to say of them is said where the catalog reads. */
typedef Fetch {
    byte stage;       /* Idle, Asked or Read */
    byte version;     /* that was read */
    bool shared;      /* later queries may join */
    bool joined;      /* one has: it stands for all, since they do not touch each other */
    byte joinedNeed;  /* what it has to see */
    byte joinedFloor; /* the floor when it came */
}
#define Asked 1
#define Read  2
Fetch fetch[2];

/* ---- on the network: the frontend has one request of a kind under way, and gives up before the next ---- */

byte subscribing;    /* Idle, Asked or Read: the answer is on its way */
byte subscribingAs;  /* the subscription in that answer */
byte subscribingAge; /* ticks since it was sent */
byte renewing;
byte renewingAge;

#define age(since) (since < FRONTEND_LEASE -> since + 1 : since)
#ifdef LEASE_FROM_RECEIPT /* broken: the lease begins when the answer comes */
#define worth(since) FRONTEND_LEASE
#else
#define worth(since) (FRONTEND_LEASE - since)
#endif

/* ---- the frontend's steps ---- */

inline forgetIdleFloor() { /* floors are kept while there is an entry or a fetch */
    if
    :: entry == None && fetch[0].stage == Idle && fetch[1].stage == Idle -> floor = 0
    :: else
    fi
}

inline clearFetch(f) {
    fetch[f].stage = Idle;
    fetch[f].version = 0;
    fetch[f].shared = false;
    fetch[f].joined = false;
    fetch[f].joinedNeed = 0;
    fetch[f].joinedFloor = 0
}

inline unsubscribe() { /* the connection is gone, or the lease over: nothing that is kept is worth anything */
    subscription = 0;
    leaseLeft = 0;
    entry = None;
    floor = 0;
#ifdef FILL_ACROSS /* broken: an answer enters under a later subscription than its question's */
    fetch[0].shared = false;
    fetch[1].shared = false;
#else
    clearFetch(0);
    clearFetch(1);
#endif
    renewing = Idle;
    renewingAge = 0
}

#ifdef NO_FLOOR /* broken: what was fetched enters, whatever was heard meanwhile */
#define isAboveFloor(version) true
#else
#define isAboveFloor(version) (version >= floor)
#endif
#ifdef JOIN_ACROSS /* broken: who joined takes the answer, however old */
#define isFreshEnough(f) true
#else
#define isFreshEnough(f) (fetch[f].version >= fetch[f].joinedFloor)
#endif

/* A query that came when fetch f was under way took its answer; else it asks again, for itself, which is like a
 * query that comes only now. */
inline answerJoined(f) {
    if
    :: fetch[f].joined && isFreshEnough(f) -> assert(fetch[f].version >= fetch[f].joinedNeed)
    :: else
    fi
}

inline fill(f) {
    if
    :: subscription != 0 && isAboveFloor(fetch[f].version) ->
        entry = fetch[f].version;
        floor = fetch[f].version
    :: else
    fi
}

inline raiseFloor(version) {
    if
    :: version > floor -> floor = version
    :: else
    fi;
    if
    :: entry != None && entry < version -> entry = None
    :: else
    fi;
    forgetIdleFloor()
}

#define noneIsShared (!fetch[0].shared && !fetch[1].shared)

proctype frontend()
{
end:
    do
    /* -- queries: each might have been sent this moment, and so has to see all that is acknowledged -- */

    :: d_step { entry != None ->
           printf("a query is answered from the cache: version %d\n", entry);
           assert(entry >= acknowledged) } /* I10 */

    /* A query that misses asks or joins who asks; one that joined in vain asks for itself. */
#define QUERY(f) \
    :: d_step { subscription != 0 && entry == None && fetch[f].stage == Idle && f < FETCHES && (f == 0 || fetch[0].stage != Idle) -> \
           printf("a query is not in the cache: fetch %d is sent\n", f); \
           fetch[f].stage = Asked; \
           fetch[f].shared = noneIsShared } \
    :: d_step { entry == None && fetch[f].shared && !fetch[f].joined -> \
           printf("a query joins fetch %d\n", f); \
           fetch[f].joined = true; \
           fetch[f].joinedNeed = acknowledged; \
           fetch[f].joinedFloor = floor } \
    :: d_step { fetch[f].stage == Read -> \
           printf("fetch %d brings version %d\n", f, fetch[f].version); \
           answerJoined(f); \
           fill(f); \
           clearFetch(f); \
           forgetIdleFloor() }
    QUERY(0) QUERY(1)

    /* An entry goes for want of room. */
    :: d_step { entry != None ->
           printf("the entry is evicted\n");
           entry = None;
           forgetIdleFloor() }

    /* -- the subscription -- */

    :: d_step { subscription == 0 && subscribing == Idle && lastSubscription < SUBSCRIPTIONS ->
           printf("the frontend subscribes\n");
           subscribing = Asked;
           subscribingAge = 0 }
    :: d_step { subscribing == Read ->
           if
           :: worth(subscribingAge) > 0 ->
               subscription = subscribingAs;
               leaseLeft = worth(subscribingAge);
               printf("the frontend has subscription %d, for %d ticks\n", subscription, leaseLeft)
           :: else -> skip
           fi;
           subscribing = Idle;
           subscribingAs = 0;
           subscribingAge = 0 }
    :: d_step { subscription != 0 && renewing == Idle ->
           printf("the frontend sends a renewal\n");
           renewing = Asked;
           renewingAge = 0 }
    :: d_step { renewing == Read ->
           if
           :: worth(renewingAge) > leaseLeft -> leaseLeft = worth(renewingAge)
           :: else
           fi;
           printf("the frontend's lease is renewed: %d ticks are left\n", leaseLeft);
           renewing = Idle;
           renewingAge = 0 }
    /* No answer in time. */
    :: d_step { subscribing != Idle ->
           printf("the frontend gives up subscribing\n");
           subscribing = Idle;
           subscribingAs = 0;
           subscribingAge = 0 }
    :: d_step { renewing != Idle ->
           printf("the frontend gives up renewing\n");
           renewing = Idle;
           renewingAge = 0 }
    :: d_step { subscription != 0 ->
           printf("the frontend's connection is gone\n");
           unsubscribe() }

    /* -- invalidations: the acknowledgement leaves when the floor is raised and the entry gone -- */

#define INVALIDATE(v, s) \
    :: d_step { push[v].to[s] == Pushed -> \
           printf("the frontend hears that version %d is there\n", v); \
           if \
           :: subscription == s -> raiseFloor(v) \
           :: else /* of another subscription: all that is kept was asked for later */ \
           fi; \
           push[v].to[s] = Answered }
    INVALIDATE(1, 1) INVALIDATE(1, 2) INVALIDATE(2, 1) INVALIDATE(2, 2)
    od
}

/* ---- the catalog's steps ---- */

inline endSubscription(s) {
    lease[s] = 0;
    push[1].to[s] = Absent;
    push[2].to[s] = Absent
}

/* Those who have a lease are told, and the answer is held until they have acknowledged it. */
inline pushTo(s) {
    if
    :: lease[s] > 0 -> push[onDisk].to[s] = Pushed
    :: else
    fi
}

#define hears(v, s) (push[v].to[s] == Absent)
#ifdef NO_HOLD /* broken: the answer does not wait */
#define mayLeave(v) true
#else
#define mayLeave(v) (hears(1, 1) && hears(1, 2) && (v < 2 || (hears(2, 1) && hears(2, 2))))
#endif

proctype catalog()
{
end:
    do
    /* -- a sale: commit, swap, list and push, in this order -- */

    :: d_step { sale == Idle && onDisk < SALES ->
           onDisk++;
           sale = Committed;
           printf("version %d is committed\n", onDisk) }
#ifdef LIST_FIRST /* broken: the list of subscriptions is taken before the new version can be read */
    :: d_step { sale == Committed ->
           printf("version %d is pushed\n", onDisk);
           pushTo(1);
           pushTo(2);
           sale = Listed }
    :: d_step { sale == Listed ->
           printf("version %d can be read\n", onDisk);
           inMemory = onDisk;
           held[onDisk] = true;
           sale = Idle }
#else
    :: d_step { sale == Committed ->
           printf("version %d can be read\n", onDisk);
           inMemory = onDisk;
           sale = Swapped }
    :: d_step { sale == Swapped ->
           printf("version %d is pushed\n", onDisk);
           pushTo(1);
           pushTo(2);
           held[onDisk] = true;
           sale = Idle }
#endif

    /* -- the answer leaves when every push is acknowledged or its subscription over -- */

#define ACKNOWLEDGED(v, s) \
    :: d_step { push[v].to[s] == Answered -> \
           printf("the catalog hears that version %d is known\n", v); \
           push[v].to[s] = Absent }
    ACKNOWLEDGED(1, 1) ACKNOWLEDGED(1, 2) ACKNOWLEDGED(2, 1) ACKNOWLEDGED(2, 2)
#define RELEASE(v) \
    :: d_step { held[v] && closed == 0 && mayLeave(v) -> \
           printf("the sale of version %d is answered\n", v); \
           held[v] = false; \
           acknowledged = (v > acknowledged -> v : acknowledged) }
    RELEASE(1) RELEASE(2)

    /* -- reading -- */

#define READ(f) \
    :: d_step { fetch[f].stage == Asked -> \
           printf("the catalog answers fetch %d: version %d\n", f, inMemory); \
           assert(inMemory >= acknowledged); /* I10 for the query that asked, which was sent before */ \
           fetch[f].stage = Read; \
           fetch[f].version = inMemory }
    READ(0) READ(1)

    /* -- leases: counted from now, which is after the request was sent -- */

    :: d_step { subscribing == Asked && lastSubscription < SUBSCRIPTIONS ->
           lastSubscription++;
           printf("the catalog grants subscription %d\n", lastSubscription);
           lease[lastSubscription] = CATALOG_LEASE;
           subscribing = Read;
           subscribingAs = lastSubscription }
    /* The same connection subscribes anew: it has thrown away what it had. */
    :: d_step { lastSubscription == 2 && lease[1] > 0 && lease[2] > 0 ->
           printf("the catalog ends subscription 1\n");
           endSubscription(1) }
    :: d_step { renewing == Asked && lease[subscription] > 0 ->
           printf("the catalog renews subscription %d\n", subscription);
           lease[subscription] = CATALOG_LEASE;
           renewing = Read }

    /* -- a crash, and the start with --resume: what was granted is not known any more -- */

    :: d_step { restarts < RESTARTS ->
           printf("the catalog crashes and resumes\n");
           restarts++;
           endSubscription(1);
           endSubscription(2);
           inMemory = onDisk;
           /* The leader asks again for what was not answered, and is held again. */
           held[onDisk] = held[onDisk] || sale != Idle;
           sale = Idle;
#ifndef NO_RESUME_WAIT /* broken if defined: leases granted before are forgotten */
           closed = CATALOG_LEASE
#endif
           }
    od
}

/* ---- time ---- */

inline expire(s) {
    if
    :: lease[s] > 1 -> lease[s]--
    :: lease[s] == 1 -> endSubscription(s)
    :: else
    fi
}

proctype time()
{
end:
    do
    :: d_step {
           printf("a tick\n");
           subscribingAge = (subscribing != Idle -> age(subscribingAge) : 0);
           renewingAge = (renewing != Idle -> age(renewingAge) : 0);
           expire(1);
           expire(2);
           closed = (closed > 0 -> closed - 1 : 0);
           if
#ifdef NO_EXPIRY /* broken: a hit does not read the clock */
           :: false
#else
           :: leaseLeft == 1 -> unsubscribe()
#endif
           :: leaseLeft > 1 -> leaseLeft--
           :: else
           fi }
    od
}

init {
    atomic {
        run frontend();
        run catalog();
        run time()
    }
}
