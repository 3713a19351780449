"""What long lists share: estimates instead of counts, paging by place, searching, cells."""
