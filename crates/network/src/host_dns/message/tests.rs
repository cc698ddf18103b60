use proptest::prelude::*;

use super::*;

const A: u16 = 1;
const NXDOMAIN: u8 = 3;
const SERVFAIL: u8 = 2;

/// What a server says to any question.
#[derive(Debug, Clone, Default)]
pub(in crate::host_dns) struct Answer {
    pub(in crate::host_dns) code: u8,
    /// Time to live and address of each record.
    records: Vec<(u32, [u8; 4])>,
    /// Time to live and last field of the SOA record.
    soa: Option<(u32, u32)>,
    truncated: bool,
    edns: bool,
    name: String,
}

impl Answer {
    /// About this name.
    pub(in crate::host_dns) fn of(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    pub(in crate::host_dns) fn code(code: u8) -> Self {
        Self { code, ..Self::of("a.example") }
    }

    /// The name does not exist; a SOA record with this time to live and last field.
    pub(in crate::host_dns) fn missing(ttl: u32, minimum: u32) -> Self {
        Self { soa: Some((ttl, minimum)), ..Self::code(NXDOMAIN) }
    }

    pub(in crate::host_dns) fn with(mut self, ttl: u32, address: [u8; 4]) -> Self {
        self.records.push((ttl, address));
        self
    }

    /// The message that answers `query`.
    pub(in crate::host_dns) fn to(&self, query: &[u8]) -> Vec<u8> {
        let end = HEADER + query[HEADER..].iter().position(|byte| *byte == 0).expect("a name") + 5;
        let mut message = query[..end].to_vec();
        message[2] = QR | query[2] & RD | if self.truncated { TC } else { 0 };
        message[3] = RA | self.code;
        let counts = [0, 1, 0, self.records.len() as u8, 0, u8::from(self.soa.is_some()), 0, u8::from(self.edns)];
        message[4..HEADER].copy_from_slice(&counts);
        for (ttl, address) in &self.records {
            message.extend([0xc0, 12, 0, 1, 0, 1]);
            message.extend(ttl.to_be_bytes());
            message.extend([0, 4]);
            message.extend(address);
        }
        if let Some((ttl, minimum)) = self.soa {
            message.extend([0xc0, 12, 0, 6, 0, 1]);
            message.extend(ttl.to_be_bytes());
            message.extend([0, 22, 0, 0]);
            message.extend([0; 16]);
            message.extend(minimum.to_be_bytes());
        }
        if self.edns {
            message.extend([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]);
        }
        message
    }
}

/// A question, without EDNS.
pub(in crate::host_dns) fn question(id: u16, name: &str, kind: u16) -> Vec<u8> {
    let mut message = [&id.to_be_bytes()[..], &[RD, 0, 0, 1, 0, 0, 0, 0, 0, 0]].concat();
    for label in name.split('.') {
        message.push(u8::try_from(label.len()).expect("short"));
        message.extend(label.as_bytes());
    }
    message.push(0);
    message.extend(kind.to_be_bytes());
    message.extend([0, 1]);
    message
}

/// The same with an OPT record: payload, flags, options.
fn with_edns(mut message: Vec<u8>, payload: u16, flags: u16, options: &[u8]) -> Vec<u8> {
    message[11] += 1;
    message.extend([0, 0, 41]);
    message.extend(payload.to_be_bytes());
    message.extend([0, 0]);
    message.extend(flags.to_be_bytes());
    message.extend((options.len() as u16).to_be_bytes());
    message.extend(options);
    message
}

/// The answer to a question about the answer's name.
pub(in crate::host_dns) fn reply(answer: &Answer) -> Reply {
    let message = question(9, &answer.name, A);
    let query = Query::read(&message).expect("a question");
    Reply::read(answer.to(&message), &query, 9).expect("an answer")
}

fn read(message: &[u8]) -> Query {
    Query::read(message).expect("a question")
}

/// The times to live of an answer as a client sees them.
fn ttls(message: &[u8]) -> Vec<u32> {
    let mut decoder = BinDecoder::new(message);
    let header = Header::read(&mut decoder).expect("a header");
    read_question(&mut decoder).expect("a question");
    let count = header.counts.answers + header.counts.authorities;
    read_records(&mut decoder, count.into()).expect("records").iter().map(|record| record.ttl).collect()
}

#[test]
fn questions_are_alike_when_their_answers_are() {
    let key = |message: &[u8]| read(message).key().map(<[u8]>::to_vec);
    let plain = question(1, "a.example", A);
    assert!(key(&plain).is_some());
    assert_eq!(key(&plain), key(&question(2, "A.ExAmPlE", A)));
    assert_ne!(key(&plain), key(&question(1, "a.example", 28)));
    // The numbers of types are not letters: 65 and 97 are `A` and `a`.
    assert_ne!(key(&question(1, "a.example", 65)), key(&question(1, "a.example", 97)));
    let edns = key(&with_edns(plain.clone(), 1232, 0, &[]));
    assert!(edns.is_some() && edns != key(&plain));
    assert_eq!(edns, key(&with_edns(plain.clone(), 512, 0, &[])));
    assert_ne!(edns, key(&with_edns(plain.clone(), 1232, 0x8000, &[])), "with and without signatures");
    assert_eq!(key(&with_edns(plain.clone(), 1232, 0, &[0, 10, 0, 1, 7])), None, "a cookie is between two");
    let mut without_checks = plain.clone();
    without_checks[3] |= CD;
    assert_ne!(key(&without_checks), key(&plain));
}

#[test]
fn what_is_no_question_gets_no_answer_or_a_refusal() {
    let plain = question(0x1234, "a.example", A);
    let mut answer = plain.clone();
    answer[2] |= QR;
    assert_eq!(Query::read(&answer), Err(Unanswerable::Drop), "two servers would answer each other for ever");
    assert_eq!(Query::read(&plain[..11]), Err(Unanswerable::Drop));
    let refused = |message: &[u8]| match Query::read(message) {
        Err(Unanswerable::Refuse(answer)) => (answer[..2].to_vec(), answer[2] & QR != 0, answer[3] & 0xf),
        other => panic!("{other:?}"),
    };
    let mut update = plain.clone();
    update[2] |= 5 << 3;
    assert_eq!(refused(&update), (vec![0x12, 0x34], true, 4));
    let mut two = plain.clone();
    two[5] = 2;
    assert_eq!(refused(&two).2, 1);
    assert_eq!(refused(&plain[..plain.len() - 1]).2, 1);
}

#[test]
fn lifetimes_have_bounds() {
    let lifetime = |answer: Answer| reply(&answer).lifetime().map(|time| time.as_secs());
    let one = |ttl| Answer::of("a.example").with(ttl, [192, 0, 2, 1]);
    assert_eq!(lifetime(one(300)), Some(300));
    assert_eq!(lifetime(one(300).with(60, [192, 0, 2, 2])), Some(60), "the shortest counts");
    assert_eq!(lifetime(one(0)), Some(5));
    assert_eq!(lifetime(one(86400)), Some(3600));
    assert_eq!(lifetime(Answer::missing(86400, 3600)), Some(10));
    assert_eq!(lifetime(Answer::missing(3600, 7)), Some(7));
    assert_eq!(lifetime(Answer { soa: Some((3600, 3600)), ..Answer::code(0) }), Some(10), "no such type");
    assert_eq!(lifetime(Answer::code(NXDOMAIN)), Some(5), "nothing says how long");
    assert_eq!(lifetime(Answer::code(SERVFAIL)), None);
    assert_eq!(lifetime(Answer { truncated: true, ..one(300) }), None);
}

/// Field report talos#8631: whoever asks host DNS keeps a negative answer no longer than host DNS does.
#[test]
fn talos_8631_a_negative_answer_is_passed_on_with_a_short_time_to_live() {
    let query = read(&question(1, "a.example", A));
    let missing = reply(&Answer::missing(3600, 3600));
    assert_eq!(ttls(&missing.answer(&query, Duration::ZERO)), [10]);
    assert_eq!(ttls(&missing.answer(&query, Duration::from_secs(4))), [6]);
}

#[test]
fn an_answer_fits_the_client_that_asks() {
    let kept = reply(&Answer::of("a.example").with(300, [192, 0, 2, 1]).with(60, [192, 0, 2, 2]));
    let message = question(0xbeef, "A.eXample", A);
    let answer = kept.answer(&read(&message), Duration::from_secs(20));
    assert_eq!(answer[..2], [0xbe, 0xef]);
    assert_eq!(answer[HEADER..message.len()], message[HEADER..], "its own letters");
    assert_eq!(ttls(&answer), [40, 40], "none is longer than the answer is kept");
    assert!(kept.answer(&read(&message), Duration::from_secs(999)).len() == answer.len());
}

#[test]
fn a_datagram_is_not_larger_than_the_client_takes() {
    let message = question(1, "a.example", A);
    let mut large = Answer::of("a.example");
    for last in 0..100 {
        large = large.with(300, [192, 0, 2, last]);
    }
    let answer = reply(&large).answer(&read(&message), Duration::ZERO);
    assert!(answer.len() > 1232 && answer.len() < 4096);
    let cut = read(&message).fit_datagram(answer.clone());
    assert!(cut.len() <= 512 && cut[2] & TC != 0);
    let edns = read(&with_edns(message.clone(), 1232, 0, &[]));
    let cut = edns.fit_datagram(answer.clone());
    assert!(cut[2] & TC != 0 && cut[11] == 1, "an answer to EDNS has EDNS");
    let wide = read(&with_edns(message, 65535, 0, &[]));
    assert_eq!(wide.fit_datagram(answer.clone()), answer);
    let sent = wide.with_id(5);
    assert_eq!(Query::read(&sent).expect("a question").payload, LARGEST_PAYLOAD, "a server's datagram fits our buffer");
}

#[test]
fn answers_to_other_questions_are_not_taken() {
    let message = question(9, "a.example", A);
    let query = read(&message);
    let foreign = |answer: Vec<u8>, id| matches!(Reply::read(answer, &query, id), Err(ReplyError::Foreign));
    let right = Answer::of("a.example").with(300, [192, 0, 2, 1]);
    assert!(!foreign(right.to(&message), 9));
    assert!(foreign(right.to(&message), 8), "another id");
    assert!(foreign(right.to(&question(9, "b.example", A)), 9), "another name");
    assert!(foreign(right.to(&question(9, "a.example", 28)), 9), "another type");
    assert!(foreign(message.clone(), 9), "a question");
    let mut refused = Answer::code(5).to(&message);
    refused.truncate(HEADER);
    refused[5] = 0;
    assert!(Reply::read(refused, &query, 9).expect("an answer").is_failure(), "some refuse without the question");
}

#[test]
fn the_probe_is_a_question() {
    let probe = read(&Query::probe().with_id(3));
    assert_eq!((probe.question(), probe.bytes[..2].to_vec()), (&[0, 0, 2, 0, 1][..], vec![0, 3]));
}

proptest! {
    /// No bytes make the parser fail otherwise than by its result, and what it takes can be answered.
    #[test]
    fn any_bytes_are_a_question_or_are_not(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        check_query(&bytes);
    }

    /// The same close to what is valid.
    #[test]
    fn any_damage_to_a_question_is_survived(
        at in 0_usize..60, value in any::<u8>(), cut in 0_usize..60, options in proptest::collection::vec(any::<u8>(), 0..20),
    ) {
        let mut bytes = with_edns(question(1, "a.b.example.org", A), 1232, 0x8000, &options);
        let length = bytes.len();
        bytes[at % length] = value;
        check_query(&bytes);
        bytes.truncate(cut % length);
        check_query(&bytes);
    }

    #[test]
    fn any_damage_to_an_answer_is_survived(
        damage in proptest::collection::vec((0_usize..200, any::<u8>()), 0..4), cut in 0_usize..400, age in 0_u64..100_000,
    ) {
        let message = with_edns(question(9, "a.example", A), 1232, 0, &[]);
        let query = read(&message);
        let answer = Answer { soa: Some((3600, 60)), edns: true, ..Answer::of("a.example") };
        let mut bytes = answer.with(300, [192, 0, 2, 1]).with(u32::MAX, [192, 0, 2, 2]).to(&message);
        for (at, value) in damage {
            let length = bytes.len();
            bytes[at % length] = value;
        }
        bytes.truncate(cut.max(1));
        if let Ok(reply) = Reply::read(bytes.clone(), &query, 9) {
            let answer = reply.answer(&query, Duration::from_secs(age));
            prop_assert_eq!(answer[..2].to_vec(), message[..2].to_vec());
            prop_assert!(reply.lifetime().is_none_or(|time| (SHORTEST..=LONGEST).contains(&time)));
        }
    }

    #[test]
    fn any_bytes_are_an_answer_or_are_not(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let query = read(&question(9, "a.example", A));
        let mut right_id = bytes.clone();
        if right_id.len() > 2 {
            right_id[..2].copy_from_slice(&[0, 9]);
            right_id[2] |= QR;
        }
        for bytes in [bytes, right_id] {
            if let Ok(reply) = Reply::read(bytes, &query, 9) {
                reply.answer(&query, Duration::from_secs(1));
            }
        }
    }
}

fn check_query(bytes: &[u8]) {
    match Query::read(bytes) {
        Ok(query) => {
            assert_eq!(query.with_id(5).len(), bytes.len());
            for answer in [query.refuse(ResponseCode::ServFail), query.fit_datagram(vec![0; 5000])] {
                assert!(answer[2] & QR != 0 && answer.len() <= 512 && answer[..2] == bytes[..2]);
            }
        }
        Err(Unanswerable::Refuse(answer)) => assert!(answer[2] & QR != 0),
        Err(Unanswerable::Drop) => {}
    }
}
