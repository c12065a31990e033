import base64

from kundig.webhooks.rules import MOST_ATTEMPTS, OFF_AFTER, WAITS, new_secret, signature, wait_after


def test_a_signature_is_that_of_the_standard():
    """The example of the specification, https://github.com/standard-webhooks/standard-webhooks, libraries/python."""
    found = signature(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_while_a_secret_changes_both_sign():
    old, new = new_secret(), new_secret()
    both = signature([new, old], message_id="1", timestamp=2, body=b"x").split(" ")
    assert both == [signature([each], message_id="1", timestamp=2, body=b"x") for each in (new, old)]


def test_a_secret_has_32_random_bytes():
    assert len(base64.b64decode(new_secret().removeprefix("whsec_"))) == 32
    assert new_secret() != new_secret()


def test_it_is_tried_for_longer_than_a_webhook_may_be_silent():
    assert [wait_after(number) for number in range(1, MOST_ATTEMPTS)] == list(WAITS)
    assert wait_after(MOST_ATTEMPTS) is None
    assert sum(WAITS, start=WAITS[0] * 0) > OFF_AFTER
