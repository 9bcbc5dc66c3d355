"""Goods, and the list of all that was bought for a member."""
