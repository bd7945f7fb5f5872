"""A relying system written in Python over Authlib, driven by one JSON line after another."""

import json
import sys
import time

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt
from authlib.oidc.core import CodeIDToken

settings = json.loads(sys.stdin.readline())
metadata = requests.get(
    settings["issuer"] + "/.well-known/openid-configuration", timeout=10
).json()
session = OAuth2Session(
    settings["client_id"],
    settings["client_secret"],
    scope="openid profile offline_access",
    redirect_uri=settings["redirect_uri"],
    code_challenge_method="S256",
    token_endpoint=metadata["token_endpoint"],
)
asked = {}


def ask(parameters):
    """The address that the browser is sent to."""
    asked["verifier"] = generate_token(48)
    asked["nonce"] = generate_token(24)
    url, asked["state"] = session.create_authorization_url(
        metadata["authorization_endpoint"],
        code_verifier=asked["verifier"],
        nonce=asked["nonce"],
        **parameters,
    )
    return {"url": url}


def read(token, nonce=None):
    """The claims of the ID token, its signature and its claims verified."""
    keys = JsonWebKey.import_key_set(requests.get(metadata["jwks_uri"], timeout=10).json())
    claims = jwt.decode(
        token["id_token"],
        keys,
        claims_cls=CodeIDToken,
        claims_options={
            "iss": {"essential": True, "value": settings["issuer"]},
            "aud": {"essential": True, "value": settings["client_id"]},
        },
        claims_params={"nonce": nonce} if nonce else {},
    )
    claims.validate(now=int(time.time()), leeway=5)
    return dict(claims)


def trade(parameters):
    """The code for tokens; the state is compared by the library."""
    token = session.fetch_token(
        authorization_response=parameters["url"],
        state=asked["state"],
        code_verifier=asked["verifier"],
    )
    return {"claims": read(token, asked["nonce"]), "refreshable": "refresh_token" in token}


def refresh(_):
    """A new access token, and what it opens."""
    before = session.token["access_token"]
    token = session.refresh_token(metadata["token_endpoint"])
    info = session.get(metadata["userinfo_endpoint"], timeout=10)
    return {"renewed": token["access_token"] != before, "info": info.json()}


def leave(parameters):
    """The address that ends the session at the provider."""
    request = requests.Request(
        "GET",
        metadata["end_session_endpoint"],
        params={
            "id_token_hint": session.token["id_token"],
            "post_logout_redirect_uri": parameters["back"],
        },
    )
    return {"url": request.prepare().url}


def revoke(_):
    """Gives back the tokens, by RFC 7009."""
    token = session.token["refresh_token"]
    answer = session.revoke_token(
        metadata["revocation_endpoint"], token, token_type_hint="refresh_token"
    )
    return {"status": answer.status_code}


def opened(_):
    """What the access token still opens."""
    return {"status": session.get(metadata["userinfo_endpoint"], timeout=10).status_code}


steps = {one.__name__: one for one in (ask, trade, refresh, leave, revoke, opened)}
for line in sys.stdin:
    wanted = json.loads(line)
    try:
        answer = steps[wanted.pop("do")](wanted)
    except Exception as error:  # whatever it is, the test shall read it
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer, default=str), flush=True)
