"""Sample data (示例数据): a made-up two years of the county, to try the program on."""
