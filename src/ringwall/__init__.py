"""Security tiers and access control for model weights.

    from ringwall import Gatekeeper, AccessDenied

    gate = open_gate("my-institute", point="point:trainer")
    gate.require(subject="user:ada", action="weights.read", resource="weights:aurora-2")
"""
