"""leadbridge: hands Sales the leads worth a salesperson's time, once each, complete, readable, while they are hot."""

__version__ = "0.1.0"
